/** What waits for the meta server's storage, which is tried again each second (`server_state.cpp`). */

import type { TableChange } from '../documents/meta.ts';
import type { Served } from '../request.ts';
import type { Steps } from '../steps.ts';
import { finishAltering } from './duplication-modify.ts';
import type { MetaServer } from './meta-server.ts';
import { storeLosses } from './node-death.ts';
import { beginningSplit } from './partition-split.ts';
import { finishingRecall } from './recall.ts';
import { changingReplicaCount } from './replica-count.ts';
import { writeTable } from './table-node.ts';
import { finishCreation, finishingDrop } from './tables.ts';

/** Requests that are answered when what they change is stored. */
const CHANGES: ReadonlySet<string> = new Set([
  'RPC_CM_CREATE_APP',
  'RPC_CM_DROP_APP',
  'RPC_CM_RECALL_APP',
  'RPC_CM_UPDATE_APP_ENV',
  'RPC_CM_SET_MAX_REPLICA_COUNT',
  'RPC_CM_SET_ATOMIC_IDEMPOTENT',
  'RPC_CM_START_PARTITION_SPLIT',
  'RPC_CM_START_MANUAL_COMPACT',
  'RPC_CM_START_RESTORE',
  'RPC_CM_ADD_BACKUP_POLICY',
  'RPC_CM_MODIFY_BACKUP_POLICY',
  'RPC_CM_ADD_DUPLICATION',
  'RPC_CM_MODIFY_DUPLICATION',
]);

/** A reply, at once or when it is stored what it tells of; a refusal changes nothing and waits for nothing. */
export function answer(meta: MetaServer, code: string, reply: unknown): Served {
  const { err } = reply as { readonly err?: string };
  if (err !== 'ERR_OK' || !waits(meta, code)) return { err: 'ERR_OK', reply, waitedUs: 0 };
  return { err: 'ERR_TIMEOUT', waitedUs: 0, late: () => (waits(meta, code) ? undefined : reply) };
}

/** A table is dropped when all its partitions are, and below freezed no configuration is stored. */
function waits(meta: MetaServer, code: string): boolean {
  if (code === 'RPC_CM_DROP_APP') return !meta.canStoreConfigurations;
  return meta.isStorageSilent && CHANGES.has(code);
}

/** A table that was dropped or split since has no more of it. */
function* finishingChange(meta: MetaServer, { app_id, ...change }: TableChange): Steps {
  const app = meta.tree.app(app_id);
  if (app?.status !== 'AS_AVAILABLE') return;
  if (change.max_replica_count !== undefined)
    yield* changingReplicaCount(meta, app, change.max_replica_count);
  else if (change.partition_count === undefined) writeTable(meta, app, change);
  else if (change.partition_count === app.partition_count * 2) yield* beginningSplit(meta, app);
}

/** The storage answers, or the level lets it: what waited for it is stored, in the order of the tables. */
export function* finishingStaged(meta: MetaServer): Steps {
  if (meta.isStorageSilent) return;
  if (meta.canStoreConfigurations) storeLosses(meta);
  for (const app of meta.tree.apps()) {
    if (app.status === 'AS_CREATING') finishCreation(meta, app);
    else if (app.status === 'AS_RECALLING') yield* finishingRecall(meta, app);
    else if (app.status === 'AS_DROPPING' && meta.canStoreConfigurations) yield* finishingDrop(meta, app);
    for (const dupid of meta.duplicationIds(app.app_id)) finishAltering(meta, app, dupid);
    yield;
  }
  for (const change of meta.takePostponed()) yield* finishingChange(meta, change);
  yield* meta.delivering();
}
