/** Tables whose partitions are doubled (`src/meta/meta_split_service.cpp`). */
import type {
  ControlSplitRequest,
  ControlSplitResponse,
  QuerySplitRequest,
  QuerySplitResponse,
  StartPartitionSplitRequest,
  StartPartitionSplitResponse,
} from '../../rpc/idl/partition-split.ts';
import type { AppRecord, PartitionRecord, Split, SplitStatus } from '../documents/meta.ts';
import { announceChange } from '../replica/config-sync-timer.ts';
import type { Steps } from '../steps.ts';
import { beginPartition } from './configuration.ts';
import type { MetaServer } from './meta-server.ts';
import { MOST_PARTITIONS, newPartition } from './tables.ts';

/** Ballot of a child that is not registered yet: the partition is there in name only. */
const UNREGISTERED = -1;

/** Has servers look whether a key is of their half. */
const VALIDATION = { 'replica.split.validate_partition_hash': 'true' };

const NOT_EXISTED = { err: 'ERR_APP_NOT_EXIST', hint_msg: 'app not existed' } as const;
const DROPPED = { err: 'ERR_APP_DROPPED', hint_msg: 'app dropped' } as const;

/** Whether a partition is there in more than name: the child of a split is once its parent has made it. */
export function isRegistered({ ballot }: PartitionRecord): boolean {
  return ballot !== UNREGISTERED;
}

/** `start_partition_split`: the primaries split their partitions when they hear of it, at their next config sync. */
export function startSplit(
  meta: MetaServer,
  { app_name, new_partition_count }: StartPartitionSplitRequest,
): StartPartitionSplitResponse {
  const app = meta.tree.appNamed(app_name);
  if (app === undefined) return NOT_EXISTED;
  if (app.status !== 'AS_AVAILABLE') return DROPPED;
  const { app_id, partition_count: count } = app;
  if (new_partition_count !== count * 2) {
    return { err: 'ERR_INVALID_PARAMETERS', hint_msg: `wrong partition_count, should be ${count * 2}` };
  }
  if (new_partition_count > MOST_PARTITIONS) {
    return {
      err: 'ERR_INVALID_PARAMETERS',
      hint_msg: `a table has at most ${MOST_PARTITIONS} partitions here`,
    };
  }
  if (meta.memories.split(app_id) !== undefined) {
    return { err: 'ERR_BUSY', hint_msg: `app(${app_name}) is already executing partition split` };
  }
  if (meta.isStorageSilent) meta.postpone({ app_id, partition_count: count * 2 });
  else meta.perform(beginningSplit(meta, app));
  return { err: 'ERR_OK', hint_msg: '' };
}

/** It is stored that a table has twice its partitions: the second half is still to be made. */
export function* beginningSplit(meta: MetaServer, app: AppRecord): Steps {
  const { app_id, partition_count: count } = app;
  meta.tree.saveApp({ ...app, partition_count: count * 2, envs: { ...app.envs, ...VALIDATION } });
  for (let pidx = count; pidx < count * 2; pidx++) {
    meta.tree.savePartition(app_id, pidx, { ...newPartition(0), ballot: UNREGISTERED });
    yield;
  }
  meta.memories.saveSplit(app_id, { parents: statuses(Array(count).keys(), 'SPLITTING') });
  meta.keepInSight(app_id);
  announceChange(meta.cluster, app_id);
}

/** `query_partition_split`: those that are done are not among the parents any more. */
export function querySplit(meta: MetaServer, { app_name }: QuerySplitRequest): QuerySplitResponse {
  const nothing = { new_partition_count: 0, status: new Map<number, SplitStatus>() };
  const app = meta.tree.appNamed(app_name);
  if (app === undefined) {
    return { ...nothing, err: 'ERR_APP_NOT_EXIST', hint_msg: `app(${app_name}) not existed` };
  }
  if (app.status !== 'AS_AVAILABLE')
    return { ...nothing, err: 'ERR_APP_DROPPED', hint_msg: `app(${app_name}) dropped` };
  const split = meta.memories.split(app.app_id);
  if (split === undefined) return { ...nothing, ...notSplitting(app_name) };
  const status = Object.entries(split.parents).map(([pidx, one]) => [Number(pidx), one] as const);
  return { err: 'ERR_OK', new_partition_count: app.partition_count, status: new Map(status) };
}

/** `control_partition_split`: one partition or all of them pause or go on; cancelling is for all. */
export function controlSplit(meta: MetaServer, request: ControlSplitRequest): ControlSplitResponse {
  const app = meta.tree.appNamed(request.app_name);
  if (app === undefined) return NOT_EXISTED;
  if (app.status !== 'AS_AVAILABLE') return DROPPED;
  const split = meta.memories.split(app.app_id);
  if (split === undefined) return notSplitting(request.app_name);
  const reply = control(app, split, request);
  meta.memories.saveSplit(app.app_id, split);
  announceChange(meta.cluster, app.app_id);
  return reply;
}

function control(app: AppRecord, split: Split, request: ControlSplitRequest): ControlSplitResponse {
  const { control_type, parent_pidx, old_partition_count } = request;
  if (control_type === 'CANCEL') return cancel(app, split, old_partition_count ?? 0);
  const step = control_type === 'PAUSE' ? PAUSE : RESTART;
  if (parent_pidx >= 0) return controlOne(app, split, parent_pidx, step);
  for (const [pidx, status] of Object.entries(split.parents)) {
    if (status === step.from) split.parents[pidx] = step.to;
  }
  return { err: 'ERR_OK' };
}

interface Step {
  readonly from: SplitStatus;
  readonly to: SplitStatus;
  /** What there is to say of a partition that is split already. */
  readonly tooLate: 'ERR_CHILD_REGISTERED' | 'ERR_INVALID_STATE';
}

const PAUSE: Step = { from: 'SPLITTING', to: 'PAUSING', tooLate: 'ERR_CHILD_REGISTERED' };
const RESTART: Step = { from: 'PAUSED', to: 'SPLITTING', tooLate: 'ERR_INVALID_STATE' };

function controlOne(app: AppRecord, split: Split, pidx: number, step: Step): ControlSplitResponse {
  if (pidx >= app.partition_count / 2) {
    return { err: 'ERR_INVALID_PARAMETERS', hint_msg: `invalid parent partition index(${pidx})` };
  }
  const status = split.parents[pidx];
  if (status === undefined) return { err: step.tooLate, hint_msg: `partition[${pidx}] is not splitting` };
  if (status !== step.from) {
    const hint_msg = `partition[${pidx}] wrong split_status(replication::split_status::${status})`;
    return { err: 'ERR_INVALID_STATE', hint_msg };
  }
  split.parents[pidx] = step.to;
  return { err: 'ERR_OK' };
}

function cancel(app: AppRecord, split: Split, oldCount: number): ControlSplitResponse {
  const count = app.partition_count / 2;
  if (oldCount !== count) {
    return { err: 'ERR_INVALID_PARAMETERS', hint_msg: `wrong partition_count, should be ${count}` };
  }
  if (Object.keys(split.parents).length !== count) {
    return { err: 'ERR_CHILD_REGISTERED', hint_msg: 'some partitions have already finished split' };
  }
  split.parents = statuses(Array(count).keys(), 'CANCELING');
  return { err: 'ERR_OK' };
}

/** Where a parent stands; undefined for a partition that is not to be split, or is. */
export function splitStatus(meta: MetaServer, appId: number, pidx: number): SplitStatus | undefined {
  return meta.memories.split(appId)?.parents[pidx];
}

/**
 * A parent's primary has made the child on every member: it begins with the parent's members, one ballot higher
 * (`register_child_on_meta`). Undefined where the parent's configuration is another by now.
 */
export function registerChild(
  meta: MetaServer,
  app: AppRecord,
  pidx: number,
  ballot: number,
): PartitionRecord | undefined {
  const parent = meta.tree.partition(app.app_id, pidx);
  if (meta.isStorageSilent || parent.ballot !== ballot || splitStatus(meta, app.app_id, pidx) !== 'SPLITTING')
    return undefined;
  const { primary, secondaries } = parent;
  const child = { ...newPartition(app.max_replica_count), ballot: ballot + 1, primary, secondaries };
  beginPartition(meta, app, pidx + app.partition_count / 2, child);
  finishParent(meta, app, pidx);
  return child;
}

/** A parent's primary has stopped, as it was told to; with the last one that does a cancelled table is what it was. */
export function stopSplit(meta: MetaServer, app: AppRecord, pidx: number): void {
  const split = meta.memories.split(app.app_id);
  const status = split?.parents[pidx];
  if (split === undefined || status === undefined) return;
  if (status === 'PAUSING') {
    split.parents[pidx] = 'PAUSED';
    meta.memories.saveSplit(app.app_id, split);
  } else if (status === 'CANCELING') {
    finishParent(meta, app, pidx);
    if (meta.memories.split(app.app_id) === undefined) halve(meta, app);
  }
}

function finishParent(meta: MetaServer, { app_id, partition_count }: AppRecord, pidx: number): void {
  const split = meta.memories.split(app_id);
  if (split === undefined) return;
  delete split.parents[pidx];
  if (hasParents(split, partition_count / 2)) meta.memories.saveSplit(app_id, split);
  else meta.memories.forgetSplit(app_id);
}

/** They are mostly done in their order: the last is looked for first. */
function hasParents({ parents }: Split, count: number): boolean {
  for (let pidx = count - 1; pidx >= 0; pidx--) if (parents[pidx] !== undefined) return true;
  return false;
}

function halve(meta: MetaServer, app: AppRecord): void {
  const partition_count = app.partition_count / 2;
  meta.tree.removePartitions(app, partition_count);
  meta.tree.saveApp({ ...app, partition_count });
}

/** A new leader knows a split by the children that are not registered; what was paused or cancelled goes on. */
export function seedSplit(meta: MetaServer, app: AppRecord, partitions: readonly PartitionRecord[]): void {
  if (app.status !== 'AS_AVAILABLE' || app.partition_count % 2 === 1) return;
  const children = partitions.slice(app.partition_count / 2);
  const parents = [...children.keys()].filter((pidx) => !isRegistered(children[pidx]!));
  if (parents.length === 0) return;
  meta.memories.saveSplit(app.app_id, { parents: statuses(parents, 'SPLITTING') });
  announceChange(meta.cluster, app.app_id);
}

/** How many partitions a partition takes its table to have: what it had before, until it is split itself. */
export function partitionCountFor(meta: MetaServer, app: AppRecord, pidx: number): number {
  const isWhole = splitStatus(meta, app.app_id, pidx) === undefined;
  return isWhole ? app.partition_count : app.partition_count / 2;
}

function statuses(parents: Iterable<number>, status: SplitStatus): Record<string, SplitStatus> {
  return Object.fromEntries([...parents].map((pidx) => [`${pidx}`, status]));
}

function notSplitting(name: string) {
  return { err: 'ERR_INVALID_STATE', hint_msg: `app(${name}) is not splitting` } as const;
}
