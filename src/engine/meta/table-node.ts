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
  const { envs = {}, ...flags } = change;
  meta.tree.saveApp({ ...app, ...flags, envs: changed(app.envs, envs) });
  announceChange(meta.cluster, app.app_id);
}

function changed(envs: AppRecord['envs'], change: NonNullable<TableChange['envs']>): AppRecord['envs'] {
  const after = Object.entries({ ...envs, ...change });
  return Object.fromEntries(after.filter((entry): entry is [string, string] => entry[1] !== null));
}
