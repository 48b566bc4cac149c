import type {
  ClearBulkLoadStateRequest,
  ClearBulkLoadStateResponse,
  ControlBulkLoadRequest,
  ControlBulkLoadResponse,
  QueryBulkLoadRequest,
  QueryBulkLoadResponse,
  StartBulkLoadRequest,
  StartBulkLoadResponse,
} from '../../rpc/idl/bulk-load.ts';
import type { AppRecord } from '../documents/meta.ts';
import type { MetaServer } from './meta-server.ts';

/** The only remote storage that the servers know of (`block_service.local_service`). */
const PROVIDER = 'local_service';

/**
 * Bulk loads (`meta_bulk_load_service.cpp`): no remote storage has files for one, so that none ever begins.
 */
export function startBulkLoad(meta: MetaServer, request: StartBulkLoadRequest): StartBulkLoadResponse {
  const { app, err } = findTable(meta, request.app_name);
  if (app === undefined) {
    return { err, hint_msg: err === 'ERR_APP_DROPPED' ? 'app not available is ' : 'app not existed is ' };
  }
  if (request.ingest_behind && app.envs['rocksdb.allow_ingest_behind'] !== 'true') {
    return { err: 'ERR_INCONSISTENT_STATE', hint_msg: 'inconsistent ingestion behind option' };
  }
  if (request.file_provider_type !== PROVIDER) {
    return { err: 'ERR_INVALID_PARAMETERS', hint_msg: 'invalid file_provider' };
  }
  return { err: 'ERR_OBJECT_NOT_FOUND', hint_msg: 'read bulk_load_info failed' };
}

/** `control_bulk_load`: there is never one that could be paused, restarted or cancelled. */
export function controlBulkLoad(
  meta: MetaServer,
  { app_name }: ControlBulkLoadRequest,
): ControlBulkLoadResponse {
  const { err } = findTable(meta, app_name);
  if (err !== undefined) return refusal(err, app_name);
  return { err: 'ERR_INACTIVE_STATE', hint_msg: `app(${app_name}) is not executing bulk load` };
}

/** `query_bulk_load_status`: what is said where none was ever begun. */
export function queryBulkLoad(meta: MetaServer, { app_name }: QueryBulkLoadRequest): QueryBulkLoadResponse {
  const { app, err } = findTable(meta, app_name);
  const ofEach = <T>(value: () => T): T[] => Array.from({ length: app?.partition_count ?? 0 }, value);
  return {
    err: err ?? 'ERR_OK',
    app_name,
    app_status: 'BLS_INVALID',
    partitions_status: ofEach(() => 'BLS_INVALID' as const),
    max_replica_count: app?.max_replica_count ?? 0,
    bulk_load_states: ofEach(() => new Map()),
    ...(err === undefined
      ? {
          hint_msg: `app(${app_name}) is not during bulk load, return last time result`,
          is_bulk_loading: false,
          hp_bulk_load_states: ofEach(() => new Map()),
        }
      : { hint_msg: refusal(err, app_name).hint_msg }),
  };
}

/** `clear_bulk_load`: there is nothing to forget, so it succeeds. */
export function clearBulkLoad(
  meta: MetaServer,
  { app_name }: ClearBulkLoadStateRequest,
): ClearBulkLoadStateResponse {
  const { err } = findTable(meta, app_name);
  if (err !== undefined) return refusal(err, app_name);
  const hint_msg = `clear app(${app_name}) bulk load result succeed, remove bulk load dir succeed`;
  return { err: 'ERR_OK', hint_msg };
}

type Found =
  | { readonly app: AppRecord; readonly err?: undefined }
  | { readonly app?: undefined; readonly err: 'ERR_APP_NOT_EXIST' | 'ERR_APP_DROPPED' };

function findTable(meta: MetaServer, name: string): Found {
  const app = meta.tree.appNamed(name);
  if (app?.status === 'AS_AVAILABLE') return { app };
  return { err: app === undefined ? 'ERR_APP_NOT_EXIST' : 'ERR_APP_DROPPED' };
}

function refusal(err: string, app_name: string): ClearBulkLoadStateResponse {
  return { err, hint_msg: `app(${app_name}) is not existed or not available` };
}
