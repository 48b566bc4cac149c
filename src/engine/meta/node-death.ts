import type { AppRecord } from '../documents/meta.ts';
import { applyChange } from './configuration.ts';
import { cureAfterChange, sendAction } from './guardian.ts';
import type { MetaServer } from './meta-server.ts';

/** A server is dead: every partition that it holds loses it (`server_state.cpp on_partition_node_dead`). */
export function loseNode(meta: MetaServer, node: string): void {
  for (const app of meta.tree.apps()) {
    if (app.status !== 'AS_AVAILABLE') continue;
    for (let pidx = 0; pidx < app.partition_count; pidx++) loseMember(meta, app, pidx, node);
  }
}

function loseMember(meta: MetaServer, app: AppRecord, pidx: number, node: string): void {
  const partition = meta.tree.partition(app.app_id, pidx);
  if (partition.primary === node) {
    if (meta.isAtMost('fl_blind') || meta.isStorageSilent) return;
    applyChange(meta, app, pidx, {
      type: 'CT_DOWNGRADE_TO_INACTIVE',
      node,
      primary: '',
      secondaries: partition.secondaries,
    });
    if (!meta.isAtMost('fl_freezed')) cureAfterChange(meta, app, pidx);
  } else if (partition.secondaries.includes(node) && partition.primary !== '') {
    sendAction(meta, app, pidx, { type: 'CT_DOWNGRADE_TO_INACTIVE', target: partition.primary, node });
  }
}
