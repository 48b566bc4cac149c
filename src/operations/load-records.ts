import { ClusterError, Interrupted } from '../errors.ts';
import type { DataClient } from '../rpc/client/replica/data.ts';
import { pegasusCodeOf } from '../rpc/client/replica/errors.ts';
import type { Outcome, Table } from '../rpc/client/replica/table.ts';
import type { UpdateResponse } from '../rpc/idl/rrdb.ts';
import type { LoadedRecord } from './records-file.ts';

/** Records and bytes that go with one request at most, all of one hash key. */
const BATCH_RECORDS = 100;
const BATCH_BYTES = 256 * 1024;

export interface LoadReport {
  readonly table: string;
  readonly records: number;
  readonly hash_keys: number;
  readonly requests: number;
}

/**
 * Writes records, those of one hash key together. Of a key that is there twice, the last one stays.
 *
 * @param progress hears after each request how many records are written
 * @throws ClusterError that tells how many were written before it
 * @throws Interrupted
 */
export async function loadRecords(
  data: DataClient,
  tableName: string,
  records: readonly LoadedRecord[],
  signal: AbortSignal,
  progress: (done: number) => void,
): Promise<LoadReport> {
  const table = data.table(tableName);
  const groups = byHashKey(records);
  let done = 0;
  let requests = 0;
  for (const batch of [...groups.values()].flatMap(batches)) {
    if (signal.aborted) throw new Interrupted();
    const { error } = await write(table, batch);
    if (error.code !== 0) {
      const message = `table '${tableName}': ${error.text}; ${done} of ${records.length} records are loaded`;
      throw new ClusterError(pegasusCodeOf(error), message, 'loading the file again does no harm');
    }
    done += batch.length;
    requests += 1;
    progress(done);
  }
  return { table: tableName, records: done, hash_keys: groups.size, requests };
}

/** An empty hash key is no key for `multi_set`: each of its records belongs to a partition of its own. */
async function write(table: Table, batch: readonly LoadedRecord[]): Promise<Outcome<UpdateResponse>> {
  const [first] = batch as [LoadedRecord, ...LoadedRecord[]];
  if (batch.length === 1) return table.set(first.hashKey, first.sortKey, first.value);
  return table.multiSet(first.hashKey, batch);
}

function byHashKey(records: readonly LoadedRecord[]): Map<string, LoadedRecord[]> {
  const groups = new Map<string, LoadedRecord[]>();
  for (const record of records) {
    const key = Buffer.from(record.hashKey).toString('latin1');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [record]);
    else group.push(record);
  }
  return groups;
}

function batches(group: readonly LoadedRecord[]): LoadedRecord[][] {
  const result: LoadedRecord[][] = [];
  let bytes = 0;
  for (const record of group) {
    const size = record.sortKey.length + record.value.length;
    const last = result.at(-1);
    const isFull = last === undefined || last.length >= BATCH_RECORDS || bytes + size > BATCH_BYTES;
    if (isFull || record.hashKey.length === 0) {
      result.push([record]);
      bytes = size;
    } else {
      last.push(record);
      bytes += size;
    }
  }
  return result;
}
