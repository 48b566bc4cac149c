import type { ConfigurationRenameAppRequest, ConfigurationRenameAppResponse } from '../../rpc/idl/tables.ts';
import { announceChange } from '../replica/config-sync-timer.ts';
import { busy } from './busy.ts';
import type { MetaServer } from './meta-server.ts';

/**
 * `rename_app`: the data are readable under the new name at once, and nobody waits until ZooKeeper has it
 * (`server_state.cpp`).
 */
export function renameTable(
  meta: MetaServer,
  request: ConfigurationRenameAppRequest,
): ConfigurationRenameAppResponse {
  const { old_app_name: from, new_app_name: to } = request;
  const app = meta.tree.appNamed(from);
  if (app === undefined) return { err: 'ERR_APP_NOT_EXIST', hint_message: `ERROR: app(${from}) not exist!` };
  const isBusy = busy(app);
  if (isBusy !== undefined) {
    return { err: isBusy, hint_message: `ERROR: app(${from}) status can't execute rename.` };
  }
  if (meta.tree.appNamed(to) !== undefined) {
    return { err: 'ERR_INVALID_PARAMETERS', hint_message: `ERROR: app(${to}) already exist!` };
  }
  meta.tree.saveApp({ ...app, app_name: to });
  announceChange(meta.cluster, app.app_id);
  return { err: 'ERR_OK', hint_message: '' };
}
