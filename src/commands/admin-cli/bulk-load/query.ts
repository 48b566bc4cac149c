import {
  downloaded,
  downloadedOfAll,
  ingested,
  isCleanedUp,
} from '../../../operations/bulk-load-progress.ts';
import { sanitize } from '../../../output/sanitize.ts';
import { tablewriter } from '../../../output/tablewriter.ts';
import type { PartitionBulkLoadState, QueryBulkLoadResponse } from '../../../rpc/idl/bulk-load.ts';
import { boolFlag, numberFlag } from '../../grammar/grumble.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered, refused } from '../shared/meta-call.ts';
import { TABLE_FLAG, tableOf } from '../shared/table-flag.ts';

interface Args {
  readonly table: string;
  /** -1 = all. */
  readonly pidx: number;
  readonly detailed: boolean;
}

const ENDED = ['BLS_SUCCEED', 'BLS_FAILED', 'BLS_CANCELED'];

/** How far the bulk load of a table, or of a partition, is (`executor/bulk_load.go QueryBulkLoad`). */
export default grumbleCommand<Args, QueryBulkLoadResponse>({
  name: 'bulk-load query',
  help: 'query bulk load status for a specific table or a specific partition',
  usage:
    'query <-a|--tableName TABLE_NAME> [-i|--partitionIndex PARTITION_INDEX] [-d|--detailed SHOW_DETAILED_BULK_LOAD_STATUS]',
  flags: [
    TABLE_FLAG,
    numberFlag(
      'int',
      'i',
      'partitionIndex',
      'partition index, default value is -1, meaning show all partitions status',
      -1,
    ),
    boolFlag('d', 'detailed', 'show detailed bulk load status, default value is false'),
  ],
  examples: ['bulk-load query -a temp', 'bulk-load query -a temp -i 1 -d'],
  isLook: true,
  parse: (parsed) => ({
    table: tableOf(parsed),
    pidx: Number(parsed.flags.get('partitionIndex')),
    detailed: parsed.flags.get('detailed') === true,
  }),
  async run({ meta }, { table, pidx }) {
    const reply = await answered('QueryBulkLoadStatus', meta.queryBulkLoad({ app_name: table }));
    if (pidx < -1 || pidx >= reply.partitions_status.length) {
      const hint = `invalid partition index ${pidx}`;
      const text = `Table ${sanitize(table)} query bulk load failed [hint: ${hint}]`;
      throw refused('ERR_INVALID_PARAMETERS', text, hint);
    }
    return reply;
  },
  print: (reply, { pidx, detailed }) => ({
    out: pidx === -1 ? ofTable(reply, detailed) : ofPartition(reply, pidx, detailed),
  }),
});

function ofTable(reply: QueryBulkLoadResponse, detailed: boolean): string {
  const { app_name, app_status, partitions_status: statuses } = reply;
  const more = progressOf(reply);
  if (!detailed) {
    const isSummed = more !== undefined && !ENDED.includes(app_status);
    const header = ['TableName', 'TableStatus', ...(isSummed ? [more.summary] : [])];
    return tablewriter({ header, rows: [[app_name, app_status, ...(isSummed ? [more.total] : [])]] });
  }
  const name = app_status === 'BLS_DOWNLOADING' ? 'Name' : 'TableName';
  return tablewriter({
    header: ['PartitionIndex', 'PartitionStatus', ...(more ? [more.title] : [])],
    rows: statuses.map((status, pidx) => [String(pidx), status, ...(more ? [more.cell(pidx)] : [])]),
    footer: [`${name}(${app_name})`, `Table(${app_status})`, ...(more ? [more.total] : [])],
  });
}

interface Progress {
  readonly title: string;
  readonly cell: (pidx: number) => string;
  readonly total: string;
  /** The title of the total where it stands alone. */
  readonly summary: string;
}

/** What is told of every partition besides its state. */
function progressOf(reply: QueryBulkLoadResponse): Progress | undefined {
  const { app_status, partitions_status: statuses } = reply;
  if (app_status === 'BLS_DOWNLOADING') {
    return {
      title: 'DownloadProgress',
      cell: (pidx) => String(downloaded(reply, pidx)),
      total: String(downloadedOfAll(reply)),
      summary: 'TotalDownloadProgress',
    };
  }
  if (app_status === 'BLS_INGESTING') {
    const total = String(ingested(reply));
    return { title: 'Progress', cell: () => '', total, summary: 'TotalIngestionProgress' };
  }
  if (!ENDED.includes(app_status)) return undefined;
  const clean = statuses.map((_, pidx) => isCleanedUp(reply, pidx));
  const total = String(clean.every(Boolean));
  return { title: 'IsCleanup', cell: (pidx) => String(clean[pidx]), total, summary: '' };
}

/** What is told of a replica, by the state of its partition, and what stands below it. */
const TOLD: Readonly<
  Record<string, readonly [title: string, cell: (state: PartitionBulkLoadState) => string]>
> = {
  BLS_DOWNLOADING: ['DownloadProgress', ({ download_progress = 0 }) => String(download_progress)],
  BLS_INGESTING: ['IngestionStatus', ({ ingest_status = 'IS_INVALID' }) => ingest_status],
  BLS_SUCCEED: ['IsCleanup', ({ is_cleaned_up = false }) => String(is_cleaned_up)],
  BLS_FAILED: ['IsCleanup', ({ is_cleaned_up = false }) => String(is_cleaned_up)],
  BLS_CANCELED: ['IsCleanup', ({ is_cleaned_up = false }) => String(is_cleaned_up)],
  BLS_PAUSING: ['IsPaused', ({ is_paused = false }) => String(is_paused)],
};

function ofPartition(reply: QueryBulkLoadResponse, pidx: number, detailed: boolean): string {
  const { app_name, app_status } = reply;
  const status = reply.partitions_status[pidx]!;
  const told = TOLD[status];
  const isDownloading = status === 'BLS_DOWNLOADING';
  const progress = String(downloaded(reply, pidx));
  if (!detailed || told === undefined) {
    const header = ['TableName', 'Pidx', 'PartitionStatus', ...(isDownloading ? ['DownloadProgress'] : [])];
    return tablewriter({
      header,
      rows: [[app_name, String(pidx), status, ...(isDownloading ? [progress] : [])]],
    });
  }
  const [title, cell] = told;
  const states = [...(reply.bulk_load_states[pidx] ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
  const cleaned = states.every(([, { is_cleaned_up = false }]) => is_cleaned_up);
  const below = isDownloading ? progress : ENDED.includes(status) ? String(cleaned) : '';
  return tablewriter({
    header: ['NodeAddress', 'PartitionStatus', title],
    rows: states.map(([node, state]) => [`RPCAddress(${node})`, status, cell(state)]),
    footer: [`Table(${app_name}) Partition[${pidx}]`, `Table(${app_status})`, below],
  });
}
