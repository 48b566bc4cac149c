import { ClusterError } from '../errors.ts';
import { type MetaClient, RpcError } from '../rpc/client/meta/index.ts';
import type { DataClient } from '../rpc/client/replica/data.ts';
import { ScanError, type ScannedRecord } from '../rpc/client/replica/scanner.ts';

export type DifferenceKind = 'missing' | 'different' | 'surplus';

/** A record that is not the same on both sides: missing on the follower, different there, or only there. */
export interface Difference {
  readonly kind: DifferenceKind;
  readonly hash_key: Uint8Array;
  readonly sort_key: Uint8Array;
}

export interface VerifyReport {
  readonly source_records: number;
  readonly follower_records: number;
  readonly missing: number;
  readonly different: number;
  readonly surplus: number;
  /** The first of them. */
  readonly differences: readonly Difference[];
}

/** One side: a table of a cluster. */
export interface Side {
  readonly meta: MetaClient;
  readonly data: DataClient;
  readonly cluster: string;
  readonly table: string;
}

const LISTED = 20;

/** A duplication sync: what is under way has arrived after it (duplication.md 7.4). */
const SETTLE_MS = 10_000;

/**
 * Compares a table with its follower, record by record: keys, values and expiry times.
 *
 * A difference counts only if it is there again one duplication sync later: until then it may be under way.
 *
 * @throws ClusterError when one side cannot be read
 */
export async function verifyDuplication(source: Side, follower: Side): Promise<VerifyReport> {
  const first = await compare(source, follower);
  if (first.differences.size === 0) return reportOf(first, []);
  await source.meta.sleep(SETTLE_MS);
  const second = await compare(source, follower);
  const lasting = [...second.differences].filter(([key]) => first.differences.has(key));
  return reportOf(
    second,
    lasting.map(([, difference]) => difference),
  );
}

interface Comparison {
  readonly source_records: number;
  readonly follower_records: number;
  readonly differences: ReadonlyMap<string, Difference>;
}

function reportOf(compared: Comparison, differences: readonly Difference[]): VerifyReport {
  const count = (kind: DifferenceKind): number => differences.filter((one) => one.kind === kind).length;
  return {
    source_records: compared.source_records,
    follower_records: compared.follower_records,
    missing: count('missing'),
    different: count('different'),
    surplus: count('surplus'),
    differences: differences.slice(0, LISTED),
  };
}

async function compare(source: Side, follower: Side): Promise<Comparison> {
  const here = await readAll(source);
  const there = await readAll(follower);
  const differences = new Map<string, Difference>();
  const note = (kind: DifferenceKind, key: string, record: ScannedRecord): void => {
    differences.set(key, { kind, hash_key: record.hashKey, sort_key: record.sortKey });
  };
  for (const [key, record] of here) {
    const copy = there.get(key);
    if (copy === undefined) note('missing', key, record);
    else if (!isSame(record, copy)) note('different', key, record);
  }
  for (const [key, record] of there) if (!here.has(key)) note('surplus', key, record);
  return { source_records: here.size, follower_records: there.size, differences };
}

async function readAll({ data, cluster, table }: Side): Promise<Map<string, ScannedRecord>> {
  const records = new Map<string, ScannedRecord>();
  try {
    for (const scanner of await data.table(table).fullScan({ returnExpireTs: true })) {
      for await (const record of scanner) records.set(keyText(record), record);
    }
  } catch (error) {
    if (!(error instanceof ScanError || error instanceof RpcError)) throw error;
    throw new ClusterError(
      error instanceof RpcError ? error.code : 'ERR_INCOMPLETE',
      `table '${table}' of cluster ${cluster} cannot be read: ${error.message}`,
    );
  }
  return records;
}

function keyText({ hashKey, sortKey }: ScannedRecord): string {
  return `${hashKey.length}:${Buffer.concat([hashKey, sortKey]).toString('latin1')}`;
}

function isSame(a: ScannedRecord, b: ScannedRecord): boolean {
  return a.expireTs === b.expireTs && Buffer.compare(a.value, b.value) === 0;
}
