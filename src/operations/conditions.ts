/** What `wait` can wait for. Each looks once, through the same RPCs as any other tool. */
import { ClusterError } from '../errors.ts';
import type { ControlClient } from '../rpc/client/control.ts';
import type { MetaClient } from '../rpc/client/meta/index.ts';
import type { DuplicationState } from '../rpc/idl/control-duplication.ts';
import type { PartitionConfiguration } from '../rpc/idl/layer2.ts';
import type { Seen } from './wait.ts';

/** The cluster that is looked at. */
export interface Watched {
  readonly meta: MetaClient;
  readonly control: ControlClient;
  readonly cluster: string;
}

/** Every partition has its primary and all its secondaries; of every table where `table` is undefined. */
export async function isHealthy({ meta }: Watched, table: string | undefined): Promise<Seen> {
  const partitions = await partitionsOf(meta, table);
  const healthy = partitions.filter(isWhole);
  return {
    done: healthy.length === partitions.length,
    text: `${healthy.length} of ${partitions.length} partitions are healthy`,
  };
}

/** It has its primary and all its secondaries. */
export function isWhole(partition: PartitionConfiguration): boolean {
  return primaryOf(partition) !== '' && partition.secondaries.length + 1 >= partition.max_replica_count;
}

/** Every partition has this many live replicas; of every table where `table` is undefined. */
export async function hasReplicas(
  { meta }: Watched,
  table: string | undefined,
  count: number,
): Promise<Seen> {
  const counts = (await partitionsOf(meta, table)).map(liveReplicas);
  const right = counts.filter((one) => one === count).length;
  const others = counts.filter((one) => one !== count);
  const rest = others.length === 0 ? '' : `, others have ${[...new Set(others)].sort().join(', ')}`;
  return {
    done: right === counts.length,
    text: `${right} of ${counts.length} partitions have ${count} replicas${rest}`,
  };
}

/** Primaries and replicas of each table are spread over the live servers, none with two more than another. */
export async function isBalanced(watched: Watched, table: string | undefined): Promise<Seen> {
  const { meta } = watched;
  const { infos } = await meta.listNodes({ status: 'NS_ALIVE' });
  const alive = infos.map((info) => info.hp_node ?? info.node);
  if (alive.length === 0) return { done: false, text: 'no replica server is alive' };
  const tables = table === undefined ? await tableNames(meta) : [table];
  const uneven: string[] = [];
  for (const name of tables) {
    const partitions = await partitionsOf(meta, name);
    const spreads = { primaries: partitions.map(primaryOf), replicas: partitions.flatMap(membersOf) };
    for (const [what, held] of Object.entries(spreads)) {
      const counts = alive.map((node) => held.filter((one) => one === node).length);
      if (Math.max(...counts) - Math.min(...counts) > 1)
        uneven.push(`${name} has ${counts.join(', ')} ${what}`);
    }
  }
  const text = uneven.length === 0 ? 'primaries and replicas are even' : uneven.join('; ');
  return { done: uneven.length === 0, text };
}

/** Every duplication of a table has this status. One that is gone has `DS_REMOVED`. */
export async function isDuplicationIn({ meta }: Watched, table: string, status: string): Promise<Seen> {
  const reply = await meta.queryDuplication({ app_name: table });
  if (reply.err !== 'ERR_OK') throw noTable(reply.err, table);
  if (reply.entry_list.length === 0) {
    if (status !== 'DS_REMOVED') throw noDuplication(table);
    return { done: true, text: `${table} has no duplication` };
  }
  const seen = reply.entry_list.map((entry) => `duplication ${entry.dupid} is in ${entry.status}`);
  return { done: reply.entry_list.every((entry) => entry.status === status), text: seen.join(', ') };
}

/** Everything that is committed was shipped, on every partition of every duplication of a table. */
export async function isCaughtUp({ control, cluster }: Watched, table: string): Promise<Seen> {
  const { duplications } = await control.duplicationStates({ cluster, app_name: table });
  if (duplications.length === 0) throw noDuplication(table);
  const early = duplications.find((duplication) => duplication.status !== 'DS_LOG');
  if (early !== undefined) return { done: false, text: `duplication ${early.dupid} is in ${early.status}` };
  const behind = duplications.flatMap(partitionsBehind);
  return {
    done: behind.length === 0,
    text: behind.length === 0 ? 'everything is shipped' : `behind: ${behind.join(', ')}`,
  };
}

/** A server's process is `running`, `stopped` …, or the meta server takes it for `alive` or `unalive`. */
export async function isNodeIn(watched: Watched, node: string, state: string): Promise<Seen> {
  const { node: server } = await watched.control.showNode({ cluster: watched.cluster, node });
  if (state !== 'alive' && state !== 'unalive') {
    return { done: server.state === state, text: `${server.name} is ${server.state}` };
  }
  if (server.role === 'meta') {
    const isAlive = server.state === 'running';
    return { done: isAlive === (state === 'alive'), text: `${server.name} is ${server.state}` };
  }
  const { infos } = await watched.meta.listNodes({ status: 'NS_INVALID' });
  const info = infos.find((one) => (one.hp_node ?? one.node) === server.node);
  const seen = info?.status === 'NS_ALIVE' ? 'alive' : 'unalive';
  return { done: seen === state, text: `${server.name} is ${seen} to the meta server` };
}

function partitionsBehind({ partitions }: DuplicationState): string[] {
  return partitions
    .filter((one) => !one.has_duplicator || one.last_decree < one.last_committed_decree)
    .map((one) => `partition ${one.pidx} at decree ${one.last_decree} of ${one.last_committed_decree}`);
}

async function tableNames(meta: MetaClient): Promise<string[]> {
  const { infos } = await meta.listApps({ status: 'AS_AVAILABLE' });
  return infos.map((info) => info.app_name);
}

/** Those of a table, or of all where it is undefined. @throws ClusterError where there is no such table */
export async function partitionsOf(
  meta: MetaClient,
  table: string | undefined,
): Promise<PartitionConfiguration[]> {
  const all: PartitionConfiguration[] = [];
  for (const name of table === undefined ? await tableNames(meta) : [table]) {
    const reply = await meta.queryConfig({ app_name: name, partition_indices: [] });
    if (reply.err !== 'ERR_OK') throw noTable(reply.err, name);
    all.push(...reply.partitions);
  }
  return all;
}

function primaryOf(partition: PartitionConfiguration): string {
  return partition.hp_primary ?? partition.primary;
}

function membersOf(partition: PartitionConfiguration): string[] {
  return [primaryOf(partition), ...(partition.hp_secondaries ?? partition.secondaries)];
}

function liveReplicas(partition: PartitionConfiguration): number {
  return partition.secondaries.length + (primaryOf(partition) === '' ? 0 : 1);
}

function noTable(code: string, table: string): ClusterError {
  return new ClusterError(code, `there is no table '${table}'`, 'pegsh ls shows those there are');
}

function noDuplication(table: string): ClusterError {
  return new ClusterError('ERR_OBJECT_NOT_FOUND', `table '${table}' has no duplication`);
}
