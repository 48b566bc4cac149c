import type { StoredTable } from '../../rpc/idl/control.ts';
import { applyData } from '../apply/data.ts';
import { text } from '../names.ts';
import { type KnownTable, layoutOf, partitionOf, Violation, type World } from '../world.ts';

/** Every key that was ever used holds what it can hold, for as long as it can. */
export async function checkContents(world: World): Promise<void> {
  for (const [id, known] of world.tables) {
    const [cluster = '', table = ''] = id.split('/');
    for (const [hashKey, history] of known.keys) {
      await applyData(world, { kind: 'multi_get', cluster, table, hashKey });
      for (const sortKey of history.sortKeys)
        await applyData(world, { kind: 'ttl', cluster, table, hashKey, sortKey });
    }
  }
}

/**
 * The members of a partition hold the same: what one server answers, the others answer without it, and one of
 * them leads by then. Seeds take turns with the clusters, since healing again is what costs most of a run.
 */
export async function checkMembers(world: World, heal: () => Promise<unknown>): Promise<void> {
  const { clusters, seed } = world.plan;
  for (const { name } of clusters.filter((_, at) => seed % (clusters.length + 1) === at)) {
    const { nodes } = await world.control.listNodes({ name });
    const servers = nodes.filter(({ role }) => role === 'replica');
    const chosen = servers[seed % servers.length];
    if (chosen !== undefined) {
      const { node } = chosen;
      const before = await recordsOfCluster(world, name);
      await world.control.changeNode({ cluster: name, node, action: 'kill' });
      await world.sleep(40_000);
      mustBeLed(await world.stored(name), node, `${name} without ${node}`);
      const during = await recordsOfCluster(world, name);
      compare(world, before, during, `${name} without ${node}`);
      await world.control.changeNode({ cluster: name, node, action: 'start' });
      await heal();
    }
  }
}

/** @param gone a server that was killed; every partition was whole before */
function mustBeLed(tables: readonly StoredTable[], gone: string, when: string): void {
  const partitions = tables
    .filter(({ info }) => info.status === 'AS_AVAILABLE')
    .flatMap((table) => table.partitions);
  for (const { pid, hp_primary = '', hp_secondaries = [] } of partitions) {
    const others = hp_secondaries.filter((node) => node !== gone);
    if (others.length > 0 && (hp_primary === '' || hp_primary === gone))
      throw new Violation(`${when}, ${pid.app_id}.${pid.partition_index} is led by '${hp_primary}'`);
  }
}

/** What has expired by now is left out. */
function compare(world: World, before: Contents, during: Contents, when: string): void {
  for (const [table, records] of during) {
    const [was, is] = [before.get(table), records].map((found) => found && textOf(found, world.seconds));
    if (was !== undefined && is !== was)
      throw new Violation(`${when}, ${table} holds ${is}, before it held ${was}`);
  }
}

/** What can be read of a cluster's tables; a partition whose only member is down cannot. */
async function recordsOfCluster(world: World, cluster: string): Promise<Contents> {
  const found = new Map<string, readonly Held[]>();
  for (const [id, known] of world.tables) {
    const [owner, table = ''] = id.split('/');
    if (owner !== cluster) continue;
    const records = await recordsOf(
      world,
      cluster,
      table,
      (hashKey) => !world.divergenceOf(known, hashKey).mayBeThePast,
    );
    if (records !== undefined) found.set(id, records);
  }
  return found;
}

/** Where nothing has come between, a follower holds what its source holds. */
export async function checkFollowers(world: World): Promise<string[]> {
  const found: string[] = [];
  for (const { cluster, appId, remote, table, isWhole } of world.duplications) {
    const source = [...world.tables]
      .find(([id, known]) => isTable(id, known, cluster, appId))?.[0]
      .split('/')[1];
    if (!isWhole || source === undefined) continue;
    const isTornHere = await tornKeys(world, cluster, source);
    const isTornThere = await tornKeys(world, remote, table);
    const counts = (hashKey: string) => !isTornHere(hashKey) && !isTornThere(hashKey);
    const records = [
      await recordsOf(world, cluster, source, counts),
      await recordsOf(world, remote, table, counts),
    ];
    const [here, there] = records.map((held) => held && textOf(held, world.seconds));
    if (here !== there)
      found.push(`${cluster}/${source} holds ${here}, its follower ${remote}/${table} ${there}`);
  }
  return found;
}

/**
 * A follower of a follower holds of every key what the first of them all held at some time.
 *
 * @throws Violation
 */
export async function checkChained(world: World): Promise<void> {
  for (const { cluster, table, origin } of world.chained) {
    const held = await recordsOf(world, cluster, table);
    const records = held && byKey(held);
    const isTornHere = await tornKeys(world, cluster, table);
    for (const [hashKey, history] of origin.keys) {
      const found = records?.get(hashKey) ?? new Map<string, string>();
      if (
        records === undefined ||
        isTornHere(hashKey) ||
        history.divergence.isTorn ||
        history.everHeld(found)
      )
        continue;
      throw new Violation(`${cluster}/${table} holds of ${hashKey}: ${[...found]}, which it never was`);
    }
  }
}

/** Which hash keys belong to partitions of a table that may have lost something. */
async function tornKeys(world: World, cluster: string, name: string): Promise<(hashKey: string) => boolean> {
  const stored = await world.stored(cluster);
  const table = stored.find(
    ({ info: { app_name, status } }) => app_name === name && status === 'AS_AVAILABLE',
  );
  if (table === undefined) return () => false;
  const layout = layoutOf(table.partitions);
  return (hashKey) => world.divergence(cluster, table.info.app_id, partitionOf(hashKey, layout)).isTorn;
}

function isTable(id: string, known: KnownTable, cluster: string, appId: number): boolean {
  return id.startsWith(`${cluster}/`) && known.appId === appId;
}

/** A record; `expires` in seconds since 2016-01-01, 0 = never. */
interface Held {
  readonly hashKey: string;
  readonly sortKey: string;
  readonly value: string;
  readonly expires: number;
}

/** By cluster and table name. */
type Contents = ReadonlyMap<string, readonly Held[]>;

/** Records in words, and when they expire: those that are there after a second. */
function textOf(records: readonly Held[], second: number): string {
  const lines = records
    .filter(({ expires }) => expires === 0 || expires > second)
    .map((one) => `${one.hashKey}:${one.sortKey}=${one.value}${one.expires > 0 ? `@${one.expires}` : ''}`);
  return lines.sort().join(' ');
}

/** What does not expire, by hash key and sort key. */
function byKey(records: readonly Held[]): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const { hashKey, sortKey, value } of records.filter(({ expires }) => expires === 0))
    found.set(hashKey, (found.get(hashKey) ?? new Map<string, string>()).set(sortKey, value));
  return found;
}

/** Every record of a table; undefined when not all can be read. */
async function recordsOf(
  world: World,
  cluster: string,
  table: string,
  counts = (_hashKey: string) => true,
): Promise<readonly Held[] | undefined> {
  const found: Held[] = [];
  try {
    for (const scanner of await world.of(cluster).data.table(table).fullScan({ returnExpireTs: true })) {
      for await (const { hashKey, sortKey, value, expireTs = 0 } of scanner)
        found.push({ hashKey: text(hashKey), sortKey: text(sortKey), value: text(value), expires: expireTs });
    }
  } catch (error) {
    if (isUnreadable(error)) return undefined;
    throw error;
  }
  return found.filter(({ hashKey }) => counts(hashKey));
}

function isUnreadable(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ScanError' || error.name === 'RpcError');
}
