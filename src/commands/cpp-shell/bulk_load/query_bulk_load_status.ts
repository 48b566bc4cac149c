import {
  downloaded,
  downloadedOfAll,
  ingested,
  isCleanedUp,
} from '../../../operations/bulk-load-progress.ts';
import { type CellValue, columns, type PrintedTable, printTables } from '../../../output/table-printer.ts';
import type { PartitionBulkLoadState, QueryBulkLoadResponse } from '../../../rpc/idl/bulk-load.ts';
import { int32 } from '../../grammar/numbers.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { callSync, orRefuse } from '../shared/meta-call.ts';
import { byHostThenPort } from '../shared/partitions.ts';
import { flag, readOptions, text, valued } from '../shared/read-options.ts';
import { needName } from './control.ts';

const USAGE = 'query_bulk_load_status <-a --app_name str> [-i --partition_index num] [-d --detailed]';

const OPTIONS = {
  table: text('a', 'app_name'),
  pidx: valued('i', 'partition_index', (word, refuse) => {
    const pidx = int32(word);
    // The original aborts.
    if (pidx === undefined) throw refuse(`invalid partition_index: ${word}`);
    return pidx;
  }),
  detailed: flag('d', 'detailed'),
};

interface Args {
  readonly table: string;
  /** -1 = all. */
  readonly pidx: number;
  readonly detailed: boolean;
}

const ENDED = ['BLS_CANCELED', 'BLS_FAILED', 'BLS_SUCCEED'];

export default mirrored<Args, QueryBulkLoadResponse>({
  dialect: 'cpp-shell',
  name: 'query_bulk_load_status',
  summary: 'Show how far the bulk load of a table, or of a partition, is.',
  usage: USAGE,
  examples: ['query_bulk_load_status -a temp', 'query_bulk_load_status -a temp -i 1 -d'],
  isLook: true,
  parse(words) {
    const { table, pidx = -1, detailed } = readOptions(USAGE, words, OPTIONS);
    return { table: needName(USAGE, table), pidx, detailed };
  },
  async run({ meta }, { table, pidx }) {
    const reply = await orRefuse(
      callSync(meta.queryBulkLoad({ app_name: table })),
      ({ answered, code, detail, message }) => ({ err: failed(answered ? code : message, answered, detail) }),
    );
    if (pidx < -1 || pidx >= reply.partitions_status.length) {
      const code = 'ERR_INVALID_PARAMETERS';
      throw new Refusal(code, { err: failed(code, true, 'invalid partition index') });
    }
    return reply;
  },
  print(reply, { pidx, detailed }) {
    const tables: PrintedTable[] = [];
    if (detailed) tables.push(...(pidx === -1 ? [allPartitions(reply)] : onePartition(reply, pidx)));
    return { out: printTables([...tables, summary(reply, pidx, detailed)]) };
  },
});

function failed(error: string, hasHint: boolean, hint: string): string {
  return `query bulk load failed, error=${error}${hasHint ? ` [hint:"${hint}"]` : ''}\n`;
}

function allPartitions(reply: QueryBulkLoadResponse): PrintedTable {
  const { app_status, partitions_status: statuses } = reply;
  const more: { title: string; cell: (pidx: number) => CellValue }[] = [];
  if (app_status === 'BLS_DOWNLOADING') {
    more.push({ title: 'download_progress(%)', cell: (pidx) => downloaded(reply, pidx) });
  }
  if (ENDED.includes(app_status)) {
    more.push({ title: 'is_cleaned_up', cell: (pidx) => yesOrNo(isCleanedUp(reply, pidx)) });
  }
  return {
    name: 'all partitions',
    columns: columns(['partition_index', 'partition_status', ...more.map(({ title }) => title)]),
    rows: statuses.map((status, pidx) => [pidx, status, ...more.map(({ cell }) => cell(pidx))]),
  };
}

/** What else is told of a replica, by the state of its partition; of other states nothing is. */
const TOLD: Readonly<
  Record<string, readonly [title: string, cell: (state: PartitionBulkLoadState) => CellValue]>
> = {
  BLS_DOWNLOADING: ['download_progress(%)', (state) => state.download_progress ?? 0],
  BLS_INGESTING: ['ingestion_status', (state) => state.ingest_status ?? 'IS_INVALID'],
  BLS_SUCCEED: ['is_cleaned_up', (state) => yesOrNo(state.is_cleaned_up)],
  BLS_CANCELED: ['is_cleaned_up', (state) => yesOrNo(state.is_cleaned_up)],
  BLS_FAILED: ['is_cleaned_up', (state) => yesOrNo(state.is_cleaned_up)],
  BLS_PAUSING: ['is_paused', (state) => yesOrNo(state.is_paused)],
};

function onePartition(reply: QueryBulkLoadResponse, pidx: number): PrintedTable[] {
  const told = TOLD[reply.partitions_status[pidx]!];
  if (told === undefined) return [];
  const [title, cell] = told;
  const states = [...(reply.bulk_load_states[pidx] ?? [])].sort(([a], [b]) => byHostThenPort(a, b));
  return [
    {
      name: 'single partition',
      columns: columns(['partition_index', 'node_address', title]),
      rows: states.map(([node, state]) => [pidx, node, cell(state)]),
    },
  ];
}

function summary(reply: QueryBulkLoadResponse, pidx: number, detailed: boolean): PrintedTable {
  const { app_status, partitions_status: statuses, is_bulk_loading } = reply;
  const pairs: [string, CellValue][] = [];
  if (pidx !== -1) pairs.push(['partition_bulk_load_status', statuses[pidx]!]);
  pairs.push(['is_bulk_loading', yesOrNo(is_bulk_loading)], ['app_bulk_load_status', app_status]);
  if (app_status === 'BLS_FAILED') pairs.push(['bulk_load_err', reply.err]);
  if (app_status === 'BLS_DOWNLOADING') pairs.push(['app_total_download_progress', downloadedOfAll(reply)]);
  if (app_status === 'BLS_INGESTING') {
    // Counted with the rows of all partitions: without them it is 0 in the original.
    pairs.push(['app_total_ingestion_progress', detailed && pidx === -1 ? ingested(reply) : 0]);
  }
  return { name: 'summary', pairs };
}

function yesOrNo(is = false): string {
  return is ? 'YES' : 'NO';
}
