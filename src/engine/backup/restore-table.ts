/** A table is made of a backup (`src/meta/server_state_restore.cpp`). */
import type {
  ConfigurationQueryRestoreRequest,
  ConfigurationQueryRestoreResponse,
  ConfigurationRestoreRequest,
} from '../../rpc/idl/backup.ts';
import type { ConfigurationCreateAppResponse } from '../../rpc/idl/tables.ts';
import type { AppRecord } from '../documents/meta.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { makeTable } from '../meta/tables.ts';
import { appMetadataFile } from './backup-files.ts';
import { BlockService, LOCAL_SERVICE } from './block-service.ts';
import { envsOf, placeOf, type RestoredFrom } from './restored-from.ts';

/** Of a partition that has a replica again; there is no other progress, as all of it is copied at once. */
const FINISHED = 1000;

/** `start_restore`: the table is there when it is answered, its partitions are filled as they get their primaries. */
export function startRestore(
  meta: MetaServer,
  request: ConfigurationRestoreRequest,
): ConfigurationCreateAppResponse {
  const { backup_provider_name: provider } = request;
  if (provider !== LOCAL_SERVICE) return refuse('ERR_INVALID_PARAMETERS');
  const from: RestoredFrom = {
    provider,
    cluster: request.cluster_name,
    policy: request.policy_name,
    app_name: request.app_name,
    app_id: request.app_id,
    backup_id: request.time_stamp,
    skipsBad: request.skip_bad_partition,
    path: request.restore_path,
  };
  const service = new BlockService(meta.cluster.universe.store, provider);
  const metadata = service.read(appMetadataFile(placeOf(from)));
  if ('err' in metadata) return refuse(metadata.err);
  const before = JSON.parse(metadata.text) as AppRecord;
  const app_name = request.new_app_name || before.app_name;
  if (meta.tree.appNamed(app_name) !== undefined) return refuse('ERR_INVALID_PARAMETERS');
  return makeTable(meta, {
    ...before,
    app_name,
    app_id: meta.tree.nextAppId(),
    status: 'AS_CREATING',
    envs: envsOf(from),
  });
}

function refuse(err: string): ConfigurationCreateAppResponse {
  return { err, appid: -1 };
}

/** `query_restore_status`: which partitions of a table are there, whether it was restored or not. */
export function queryRestoreStatus(
  meta: MetaServer,
  { restore_app_id }: ConfigurationQueryRestoreRequest,
): ConfigurationQueryRestoreResponse {
  const app = meta.tree.app(restore_app_id);
  if (app === undefined || app.status === 'AS_DROPPED') {
    const err = app === undefined ? 'ERR_APP_NOT_EXIST' : 'ERR_APP_DROPPED';
    return { err, restore_status: [], restore_progress: [] };
  }
  const restore_progress = Array.from({ length: app.partition_count }, (_, pidx) => {
    const isThere = meta.tree.hasPartition(app.app_id, pidx);
    const partition = isThere ? meta.tree.partition(app.app_id, pidx) : undefined;
    const isHeld = partition !== undefined && (partition.primary !== '' || partition.secondaries.length > 0);
    return isHeld ? FINISHED : 0;
  });
  return { err: 'ERR_OK', restore_status: restore_progress.map(() => 'ERR_OK'), restore_progress };
}
