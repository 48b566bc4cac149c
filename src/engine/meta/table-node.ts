import type { AppRecord, TableChange } from '../documents/meta.ts';
import { announceChange } from '../replica/config-sync-timer.ts';
import type { MetaServer } from './meta-server.ts';

/** Changes what a table's node says and its servers hear of, as soon as that can be stored (`do_update_app_info`). */
export function writeTable(
  meta: MetaServer,
  app: AppRecord,
  change: Pick<TableChange, 'envs' | 'atomic_idempotent'>,
): void {
  if (meta.isStorageSilent) {
    meta.postpone({ app_id: app.app_id, ...change });
    return;
  }
  meta.tree.saveApp({ ...app, ...change });
  announceChange(meta.cluster, app.app_id);
}
