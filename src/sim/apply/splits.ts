import { type SplitState, wrongSplitReply } from '../checkers/split-replies.ts';
import type { SplitOperation } from '../operation.ts';
import { answered, isRegistered, Violation, type World } from '../world.ts';
import { giveUp } from './duplications.ts';

/** Asks for a split or controls it, and holds the answer against what the split was just before. */
export async function applySplit(world: World, operation: SplitOperation): Promise<void> {
  const { cluster, table } = operation;
  const before = await splitState(world, cluster, table);
  if (before === undefined || (operation.kind === 'start_split' && (await wasSplit(world, cluster, table))))
    return;
  world.splitting.add(cluster);
  if (operation.kind === 'start_split') await noteWhatIsNotShipped(world, cluster, table);
  const err = await send(world, operation, before.partitions);
  const wrong = err === undefined ? undefined : wrongSplitReply(before, operation, err);
  if (wrong !== undefined) throw new Violation(`${cluster} ${table}: ${wrong}`);
}

/** What is written to the partitions that it adds is not duplicated, where the duplication was there before (D7). */
async function noteWhatIsNotShipped(world: World, cluster: string, table: string): Promise<void> {
  giveUp(world, cluster, table);
  const { duplications } = await world.control.duplicationStates({ cluster });
  for (const { app_name, dupid } of duplications)
    if (app_name === table) world.splitSince.add(`${cluster}/${dupid}`);
}

/** A server that was away while a table was split twice does not lead it again: it aborts (`trigger_primary_parent_split`). */
async function wasSplit(world: World, cluster: string, name: string): Promise<boolean> {
  const table = await world.storedTable(cluster, name);
  if (table === undefined) return false;
  const { init_partition_count, partition_count } = table.info;
  return init_partition_count < partition_count && table.partitions.every(isRegistered);
}

/** Undefined where there is no such table, or nobody says how it is split. */
async function splitState(world: World, cluster: string, table: string): Promise<SplitState | undefined> {
  const { length: partitions } = await world.partitionsOf(cluster, table);
  const reply = await answered(world.of(cluster).meta.queryPartitionSplit({ app_name: table }));
  if (partitions === 0 || reply === undefined) return undefined;
  if (reply.err === 'ERR_OK') return { partitions, parents: reply.status };
  return reply.err === 'ERR_INVALID_STATE' ? { partitions, parents: new Map() } : undefined;
}

/** What was answered; undefined where nothing was. */
async function send(world: World, operation: SplitOperation, count: number): Promise<string | undefined> {
  const { cluster, table: app_name } = operation;
  const { meta } = world.of(cluster);
  if (operation.kind === 'start_split') {
    const new_partition_count = count * operation.factor;
    world.lines.set(operation, `partition-split start -a ${app_name} -p ${new_partition_count}`);
    return (await answered(meta.startPartitionSplit({ app_name, new_partition_count })))?.err;
  }
  const { control, parent } = operation;
  const old_partition_count = count / 2;
  const flags = control === 'CANCEL' ? `-p ${old_partition_count}` : `-i ${parent}`;
  world.lines.set(operation, `partition-split ${control.toLowerCase()} -a ${app_name} ${flags}`);
  const request = { app_name, control_type: control, parent_pidx: parent, old_partition_count };
  return (await answered(meta.controlPartitionSplit(request)))?.err;
}

/** Takes in what splits have made. */
export async function noteSplits(world: World): Promise<void> {
  for (const cluster of world.splitting)
    for (const table of await world.stored(cluster)) world.noteLayout(cluster, table);
}

/** What is paused goes on, and what is about to pause when it has. */
export async function resumeSplits(world: World): Promise<void> {
  for (const cluster of world.splitting) {
    for (const { info, partitions } of await world.stored(cluster)) {
      if (partitions.every(isRegistered)) continue;
      const request = { app_name: info.app_name, control_type: 'RESTART', parent_pidx: -1 } as const;
      await answered(world.of(cluster).meta.controlPartitionSplit(request));
    }
  }
}
