/** A workspace in memory of which others may have their turn. */
import { changeServer } from '../../src/engine/control/nodes.ts';
import { isMember } from '../../src/engine/meta/configuration.ts';
import { LongReply } from '../../src/engine/request.ts';
import { serve } from '../../src/engine/serve.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { FORMAT } from '../../src/engine/storage/format.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { createMetaClient } from '../../src/rpc/client/meta/index.ts';
import { createDataClient } from '../../src/rpc/client/replica/data.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import { dump } from '../storage/support.ts';
import { diskOf } from '../storage/workspace-image.ts';

export const SECOND = 1_000_000;
export const PARTITIONS = 24;
/** A second cluster. */
export const OTHER = { name: 'B', metas: 1, replicas: 1, auth: false, defects: [], repairs: [] };

export function machine() {
  const fs = new MemoryFileSystem();
  const host = memoryHost(() => 0, fs);
  const open = (isServed = false) =>
    new Simulation({ directory: '/w', host, clock: 'manual', durability: 'group', isServed });
  return { fs, open };
}

/** What the files are, but for the one that counts the commits. */
export function filesOf(fs: MemoryFileSystem): Record<string, string> {
  const { [`/w/${FORMAT}`]: _, ...files } = dump(fs, '/w');
  return files;
}

/** What the next process finds where this one is killed now. */
export function nextAfterKill(fs: MemoryFileSystem): Simulation {
  const host = memoryHost(() => 0, diskOf(dump(fs, '/w')), 2);
  return new Simulation({ directory: '/w', host, clock: 'manual' });
}

/** The long reply of the leader, to be made step by step. */
export function askLeader<R>({ universe }: Simulation, code: string, body: object): LongReply<R> {
  const cluster = universe.cluster('onebox');
  const gpid = { app_id: 0, partition_index: 0 };
  const request = { code, gpid, body, timeoutUs: 1_000_000, partitionHash: 0n };
  const outcome = serve(cluster, cluster.record.leader, request);
  const reply = 'reply' in outcome ? outcome.reply : undefined;
  if (reply instanceof LongReply) return reply as LongReply<R>;
  throw new Error(`${code} is answered at once`);
}

export function metaOf(simulation: Simulation) {
  return createMetaClient(localTransport(simulation, ''));
}

export async function createTable(
  simulation: Simulation,
  partition_count = PARTITIONS,
  app_name = 't',
): Promise<void> {
  const options = {
    partition_count,
    replica_count: 3,
    success_if_exist: false,
    app_type: 'pegasus',
    is_stateful: true,
    envs: new Map<string, string>(),
  };
  await metaOf(simulation).createApp({ app_name, options });
}

/** So many records to different partitions. */
export async function write(simulation: Simulation, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await set(simulation, `${n}`, 'v');
}

export async function set(simulation: Simulation, hashKey: string, value: string): Promise<void> {
  const table = createDataClient(localTransport(simulation, ''), metaOf(simulation)).table('t');
  const bytes = (text: string) => new TextEncoder().encode(text);
  await table.set(bytes(hashKey), bytes('s'), bytes(value));
}

export function changeNode(simulation: Simulation, node: string, action: 'kill' | 'wipe' | 'start'): void {
  simulation.change((universe) => changeServer(universe, { cluster: 'onebox', node, action }));
}

/** How many partitions have one. */
export function primaries({ universe }: Simulation): number {
  const { tree } = universe.cluster('onebox').meta!;
  const partitions = Array.from({ length: PARTITIONS }, (_, pidx) => tree.partition(1, pidx));
  return partitions.filter(({ primary }) => primary !== '').length;
}

export function begin(simulation: Simulation, seconds: number): void {
  simulation.change((universe) => universe.timeline.beginMove(universe.now + seconds * SECOND));
}

/** Lets time pass. @returns how often others had their turn */
export function pass(simulation: Simulation, seconds: number): number {
  let turns = 0;
  begin(simulation, seconds);
  for (; simulation.isBehind; turns++) simulation.goOn();
  return turns;
}

export function membershipsOf({ universe }: Simulation, node: string): number {
  const { tree } = universe.cluster('onebox').meta!;
  return tree.lookAtAll(tree.app(1)!).filter((partition) => isMember(partition, node)).length;
}

/** How often others had their turn, at most, before a server was done with what it did. */
export function longestStretch(simulation: Simulation): number {
  let longest = 0;
  for (let turns = 0; simulation.isBehind; simulation.goOn()) {
    turns = simulation.isMidway ? turns + 1 : 0;
    longest = Math.max(longest, turns);
  }
  return longest;
}

/** Has all that was begun done. @returns how often others had their turn while servers were in the middle of it */
export function finish(simulation: Simulation): number {
  let turns = 0;
  for (; simulation.isBehind; simulation.goOn()) turns += Number(simulation.isMidway);
  return turns;
}
