import { ClusterError } from '../errors.ts';
import { type MetaClient, RpcError } from '../rpc/client/meta/index.ts';
import type { DataClient } from '../rpc/client/replica/data.ts';
import { pegasusCodeOf } from '../rpc/client/replica/errors.ts';
import { ScanError, type ScannedRecord, type Scanner } from '../rpc/client/replica/scanner.ts';
import { encodeKey, keyHash, NO_BYTES } from '../rpc/idl/keys.ts';

export type DifferenceKind = 'missing' | 'different' | 'surplus';

/** A record that is not the same on both sides: missing on the follower, different there, or only there. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** -1 where the tables have not as many partitions as each other. */
  readonly pidx: number;
  readonly hash_key: Uint8Array;
  readonly sort_key: Uint8Array;
}

interface Counts {
  readonly source_records: number;
  readonly follower_records: number;
  readonly missing: number;
  readonly different: number;
  readonly surplus: number;
}

export interface PartitionReport extends Counts {
  readonly pidx: number;
  /** The source's decree at which both were the same length of log; -1 = the source went on, or the follower was behind. */
  readonly decree: number;
}

export interface VerifyReport extends Counts {
  readonly partitions: readonly PartitionReport[];
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

/** Decrees of a partition of the source. */
export interface Progress {
  readonly committed: number;
  readonly shipped: number;
}

/** How far the duplication of a partition is; undefined where there is none. */
export type ReadProgress = (pidx: number) => Promise<Progress | undefined>;

/** What is compared. */
export interface Scope {
  /** undefined = all. */
  readonly partitions?: readonly number[] | undefined;
  /** Of the hash keys, above 0 and at most 1: those whose hash is low, the same on both sides and every time. */
  readonly share: number;
}

/** What is compared, and how. */
export interface Comparison {
  readonly source: Side;
  readonly follower: Side;
  readonly progress: ReadProgress;
  readonly scope: Scope;
  /** Hears how far it is, in a line for people. */
  tell(text: string): void;
}

const LISTED = 20;

/** Records after which it is told how many were read. */
const TOLD_EVERY = 10_000;

/** A duplication sync: what is under way has arrived after it. */
const SETTLE_MS = 10_000;

/** How often a partition is looked at until its source stands still, or a difference is sure. */
const MOST_LOOKS = 3;

/** What is compared at once: a partition, or all where counts differ. */
interface Unit {
  readonly pidx: number;
  readonly source: readonly Scanner[];
  readonly follower: readonly Scanner[];
}

interface Look {
  readonly report: PartitionReport;
  readonly differences: ReadonlyMap<string, Difference>;
}

/**
 * Compares a table with its follower, record by record: keys, values and expiry times.
 *
 * Each partition is compared at one decree of its source, as far as that holds still. A difference counts only if it
 * is there again one duplication sync later: until then it may be under way.
 *
 * @throws ClusterError when one side cannot be read, or has no such partition
 */
export async function verifyDuplication(comparison: Comparison): Promise<VerifyReport> {
  const looks = await lookAtAll(await unitsOf(comparison), comparison);
  for (let round = 1; round < MOST_LOOKS; round++) {
    const unsettled = [...looks].filter(([, look]) => isUnsettled(look, round)).map(([pidx]) => pidx);
    if (unsettled.length === 0) break;
    comparison.tell(
      `compared again in ${SETTLE_MS / 1000} s: ${unsettled.length} of ${looks.size} partitions`,
    );
    await comparison.source.meta.sleep(SETTLE_MS);
    const units = (await unitsOf(comparison)).filter(({ pidx }) => unsettled.includes(pidx));
    for (const [pidx, again] of await lookAtAll(units, comparison))
      looks.set(pidx, lasting(looks.get(pidx) as Look, again));
  }
  return reportOf([...looks.values()]);
}

/** A first difference has to be there again; a partition that moved is given another chance to stand still. */
function isUnsettled({ report, differences }: Look, round: number): boolean {
  return (round === 1 && differences.size > 0) || report.decree < 0;
}

function lasting(before: Look, now: Look): Look {
  const kept = [...now.differences].filter(([key]) => before.differences.has(key));
  const differences = new Map(kept);
  return { differences, report: { ...now.report, ...countsOf(differences.values()) } };
}

async function unitsOf({ source, follower, scope: { partitions } }: Comparison): Promise<Unit[]> {
  const here = await scannersOf(source);
  const there = await scannersOf(follower);
  const strange = partitions?.find((pidx) => pidx >= here.length);
  if (strange !== undefined) {
    throw new ClusterError(
      'ERR_OBJECT_NOT_FOUND',
      `table '${source.table}' has no partition ${strange}: it has 0 to ${here.length - 1}`,
    );
  }
  if (here.length !== there.length) return [{ pidx: -1, source: here, follower: there }];
  return here
    .map((scanner, pidx) => ({ pidx, source: [scanner], follower: [there[pidx] as Scanner] }))
    .filter(({ pidx }) => partitions?.includes(pidx) ?? true);
}

async function scannersOf(side: Side): Promise<Scanner[]> {
  return reading(side, () => side.data.table(side.table).fullScan({ returnExpireTs: true }));
}

async function lookAtAll(units: readonly Unit[], comparison: Comparison): Promise<Map<number, Look>> {
  const looks = new Map<number, Look>();
  for (const unit of units) {
    const place = units.length === 1 ? '' : `partition ${unit.pidx}, ${looks.size + 1} of ${units.length}: `;
    looks.set(unit.pidx, await lookAt(unit, place, comparison));
  }
  return looks;
}

async function lookAt(
  unit: Unit,
  place: string,
  { source, follower, progress, scope, tell }: Comparison,
): Promise<Look> {
  const { pidx } = unit;
  const readBy = (side: Side) => (count: number) =>
    tell(`${place}${count} records of ${side.cluster}/${side.table} read`);
  const before = await progress(pidx);
  const here = await readAll(source, unit.source, scope, readBy(source));
  const there = await readAll(follower, unit.follower, scope, readBy(follower));
  const after = await progress(pidx);
  const differences = differencesOf(here, there, pidx);
  const stoodStill = before !== undefined && isCaughtUp(before) && after?.committed === before.committed;
  const report = {
    pidx,
    decree: stoodStill ? before.committed : -1,
    source_records: here.size,
    follower_records: there.size,
    ...countsOf(differences.values()),
  };
  return { report, differences };
}

function isCaughtUp({ committed, shipped }: Progress): boolean {
  return shipped >= committed;
}

function differencesOf(
  here: ReadonlyMap<string, ScannedRecord>,
  there: ReadonlyMap<string, ScannedRecord>,
  pidx: number,
): Map<string, Difference> {
  const differences = new Map<string, Difference>();
  const note = (kind: DifferenceKind, key: string, record: ScannedRecord): void => {
    differences.set(key, { kind, pidx, hash_key: record.hashKey, sort_key: record.sortKey });
  };
  for (const [key, record] of here) {
    const copy = there.get(key);
    if (copy === undefined) note('missing', key, record);
    else if (!isSame(record, copy)) note('different', key, record);
  }
  for (const [key, record] of there) if (!here.has(key)) note('surplus', key, record);
  return differences;
}

async function readAll(
  side: Side,
  scanners: readonly Scanner[],
  { share }: Scope,
  tell: (read: number) => void,
): Promise<Map<string, ScannedRecord>> {
  const records = new Map<string, ScannedRecord>();
  let read = 0;
  await reading(side, async () => {
    for (const scanner of scanners) {
      for await (const record of scanner) {
        if (read % TOLD_EVERY === 0) tell(read);
        read += 1;
        if (isChosen(record, share)) records.set(keyText(record), record);
      }
    }
  });
  return records;
}

async function reading<R>({ table, cluster }: Side, read: () => Promise<R>): Promise<R> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ScanError || error instanceof RpcError)) throw error;
    const code = error instanceof RpcError ? error.code : pegasusCodeOf(error.error);
    if (code === 'ERR_OBJECT_NOT_FOUND')
      throw new ClusterError(
        code,
        `there is no table '${table}' in cluster ${cluster}`,
        `pegsh -C ${cluster} ls shows those there are`,
      );
    throw new ClusterError(code, `table '${table}' of cluster ${cluster} cannot be read: ${error.message}`);
  }
}

const PARTS = 100_000;

function isChosen({ hashKey, sortKey }: ScannedRecord, share: number): boolean {
  if (share >= 1) return true;
  // Without a hash key the sort key is what is hashed.
  const key = hashKey.length === 0 ? encodeKey(hashKey, sortKey) : encodeKey(hashKey, NO_BYTES);
  return Number(keyHash(key) % BigInt(PARTS)) < share * PARTS;
}

function keyText({ hashKey, sortKey }: ScannedRecord): string {
  return `${hashKey.length}:${Buffer.concat([hashKey, sortKey]).toString('latin1')}`;
}

function isSame(a: ScannedRecord, b: ScannedRecord): boolean {
  return a.expireTs === b.expireTs && Buffer.compare(a.value, b.value) === 0;
}

function countsOf(differences: Iterable<Difference>) {
  const counts = { missing: 0, different: 0, surplus: 0 };
  for (const { kind } of differences) counts[kind] += 1;
  return counts;
}

function reportOf(looks: readonly Look[]): VerifyReport {
  const partitions = looks.map((look) => look.report).sort((a, b) => a.pidx - b.pidx);
  const sum = (count: (one: PartitionReport) => number) =>
    partitions.reduce((total, one) => total + count(one), 0);
  return {
    source_records: sum((one) => one.source_records),
    follower_records: sum((one) => one.follower_records),
    missing: sum((one) => one.missing),
    different: sum((one) => one.different),
    surplus: sum((one) => one.surplus),
    partitions,
    differences: looks.flatMap((look) => [...look.differences.values()]).slice(0, LISTED),
  };
}
