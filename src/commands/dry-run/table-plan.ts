import { ClusterError } from '../../errors.ts';
import { RpcError } from '../../rpc/client/meta/index.ts';
import { ScanError, type Scanner } from '../../rpc/client/replica/scanner.ts';
import type { Table } from '../../rpc/client/replica/table.ts';
import { escapeBytes } from '../../rpc/idl/escaped-bytes.ts';
import { decodeKey } from '../../rpc/idl/keys.ts';
import type { AppInfo } from '../../rpc/idl/layer2.ts';
import type { Context, Plan } from '../command.ts';
import { SAMPLES } from './samples.ts';

interface Row {
  readonly hashKey: Uint8Array;
  readonly sortKey: Uint8Array;
  readonly value: Uint8Array;
}

export interface RowChoice {
  /** Every row, where it is left out. */
  isWanted?(row: Row): boolean;
  /** Where rows of the same keys are looked for. */
  readonly target?: Table;
}

export interface RowCount {
  readonly rows: number;
  /** As many of them as are in `target` already. */
  readonly there: number;
  /** The first of them. */
  readonly samples: readonly string[];
}

/** How many rows there are, and what the first of them look like. */
export async function countRows(
  scanners: readonly Scanner[],
  { isWanted = () => true, target }: RowChoice = {},
): Promise<RowCount> {
  const samples: string[] = [];
  let [rows, there] = [0, 0];
  for await (const row of rowsOf(scanners)) {
    if (!isWanted(row)) continue;
    rows += 1;
    if (target !== undefined && (await isThere(target, row))) there += 1;
    if (samples.length < SAMPLES) samples.push(shownRow(row));
  }
  return { rows, there, samples };
}

/** @throws ClusterError where not every partition answers: a plan that counts half of the rows would mislead */
async function* rowsOf(scanners: readonly Scanner[]): AsyncGenerator<Row> {
  try {
    for (const scanner of scanners) {
      for await (const { kvs } of scanner.batches())
        for (const { key, value } of kvs) yield { ...decodeKey(key), value };
    }
  } catch (error) {
    if (!(error instanceof ScanError)) throw error;
    const where = `partition ${error.place.partition_index}`;
    throw new ClusterError('ERR_UNKNOWN', `its rows cannot be counted: ${error.error.text}, ${where}`);
  }
}

export async function isThere(
  table: Table,
  { hashKey, sortKey }: Pick<Row, 'hashKey' | 'sortKey'>,
): Promise<boolean> {
  return (await table.ttl(hashKey, sortKey)).error.code === 0;
}

/** Whether a table has any row; no where it cannot be read, which whatever is to be done with it tells. */
export async function hasRows(table: Table): Promise<boolean> {
  try {
    for (const scanner of await table.fullScan({ batchSize: 1, noValue: true })) {
      for await (const { kvs } of scanner.batches()) if (kvs.length > 0) return true;
    }
  } catch (error) {
    if (!(error instanceof ClusterError || error instanceof ScanError || error instanceof RpcError))
      throw error;
  }
  return false;
}

/** @throws ClusterError where there is none of that name */
export async function tableNamed(meta: Context['meta'], table: string): Promise<AppInfo> {
  const { infos } = await meta.listApps({ status: 'AS_AVAILABLE' });
  const app = infos.find((info) => info.app_name === table);
  if (app !== undefined) return app;
  throw new ClusterError(
    'ERR_OBJECT_NOT_FOUND',
    `there is no table '${table}'`,
    'pegsh ls shows those there are',
  );
}

/** What is lost with a table. @throws ClusterError where there is none of that name */
export async function planToDrop({ meta, data, session }: Context, table: string): Promise<Plan> {
  const app = await tableNamed(meta, table);
  const { entry_list } = await meta.queryDuplication({ app_name: table });
  const { rows, samples } = await countRows(await data.table(table).fullScan({}));
  return {
    action: `drop table ${table} (id ${app.app_id}) of cluster ${session.cluster}`,
    counts: { partitions: app.partition_count, rows, duplications: entry_list.length },
    samples,
  };
}

export function shownRow({ hashKey, sortKey, value }: Row): string {
  const [hash, sort, content] = [hashKey, sortKey, value].map((bytes) => escapeBytes(bytes));
  return `"${hash}" : "${sort}" => "${content}"`;
}
