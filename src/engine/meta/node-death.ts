import type { AppRecord } from '../documents/meta.ts';
import { scheduleSyncAfterBusy } from '../replica/config-sync-timer.ts';
import type { Steps } from '../steps.ts';
import { applyChange } from './configuration.ts';
import { cureAfterChange, sendAction } from './guardian.ts';
import type { MetaServer } from './meta-server.ts';

interface Partition {
  readonly app: AppRecord;
  readonly pidx: number;
}

/** A server is dead: every partition that it holds loses it (`server_state.cpp on_partition_node_dead`). */
export function* losingNode(meta: MetaServer, node: string): Steps {
  if (!meta.canStoreConfigurations) meta.liveness.setUnstored(node, true);
  for (const { app, pidx } of partitions(meta)) {
    const { primary, secondaries } = meta.tree.partition(app.app_id, pidx);
    if (primary === node) losePrimary(meta, app, pidx);
    else if (primary !== '' && secondaries.includes(node))
      sendAction(meta, app, pidx, { type: 'CT_DOWNGRADE_TO_INACTIVE', target: primary, node });
    yield;
  }
}

/** Stores what could not be stored when servers died, whether they are back or not. */
export function storeLosses(meta: MetaServer): void {
  for (const node of meta.liveness.unstored()) {
    const led = partitionsLedBy(meta, node);
    meta.liveness.setUnstored(node, false);
    for (const { app, pidx } of led) losePrimary(meta, app, pidx);
    const server = meta.cluster.replicaServer(node);
    if (server !== undefined) scheduleSyncAfterBusy(server);
  }
}

/**
 * Whether a server that is back is told to ask again later (`on_config_sync`, `ERR_BUSY`): it would take the lead of what
 * it is about to lose, and what it has is not to be looked at before that.
 */
export function isBeingLost(meta: MetaServer, node: string): boolean {
  return meta.liveness.unstored().includes(node) && partitionsLedBy(meta, node).length > 0;
}

function partitionsLedBy(meta: MetaServer, node: string): Partition[] {
  return [...partitions(meta)].filter(
    ({ app, pidx }) => meta.tree.partition(app.app_id, pidx).primary === node,
  );
}

/** At any level a new primary is asked for at once; where the level forbids it, that one has to go on asking. */
function losePrimary(meta: MetaServer, app: AppRecord, pidx: number): void {
  if (!meta.canStoreConfigurations) return;
  const { primary: node, secondaries } = meta.tree.partition(app.app_id, pidx);
  applyChange(meta, app, pidx, { type: 'CT_DOWNGRADE_TO_INACTIVE', node, primary: '', secondaries });
  cureAfterChange(meta, app, pidx);
}

function* partitions(meta: MetaServer): Generator<Partition, void> {
  for (const app of meta.tree.apps()) {
    if (app.status !== 'AS_AVAILABLE') continue;
    for (let pidx = 0; pidx < app.partition_count; pidx++) yield { app, pidx };
  }
}
