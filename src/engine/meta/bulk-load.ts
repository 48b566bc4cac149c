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
  const app = meta.tree.appNamed(request.app_name);
  if (app === undefined) return { err: 'ERR_APP_NOT_EXIST', hint_msg: 'app not existed is ' };
  if (app.status !== 'AS_AVAILABLE') return { err: 'ERR_APP_DROPPED', hint_msg: 'app not available is ' };
  if (request.ingest_behind && app.envs['rocksdb.allow_ingest_behind'] !== 'true') {
    return { err: 'ERR_INCONSISTENT_STATE', hint_msg: 'inconsistent ingestion behind option' };
  }
  if (request.file_provider_type !== PROVIDER) {
    return { err: 'ERR_INVALID_PARAMETERS', hint_msg: 'invalid file_provider' };
  }
  return { err: 'ERR_OBJECT_NOT_FOUND', hint_msg: 'read bulk_load_info failed' };
}

export function controlBulkLoad(
  meta: MetaServer,
  { app_name }: ControlBulkLoadRequest,
): ControlBulkLoadResponse {
  const app = availableApp(meta, app_name);
  if ('err' in app) return app;
  return { err: 'ERR_INACTIVE_STATE', hint_msg: `app(${app_name}) is not executing bulk load` };
}

export function queryBulkLoad(meta: MetaServer, { app_name }: QueryBulkLoadRequest): QueryBulkLoadResponse {
  const app = availableApp(meta, app_name);
  const count = 'err' in app ? 0 : app.partition_count;
  const ofEach = <T>(value: () => T): T[] => Array.from({ length: count }, value);
  const reply: QueryBulkLoadResponse = {
    err: 'ERR_OK',
    app_name,
    app_status: 'BLS_INVALID',
    partitions_status: ofEach(() => 'BLS_INVALID'),
    max_replica_count: 0,
    bulk_load_states: ofEach(() => new Map()),
  };
  if ('err' in app) return { ...reply, ...app };
  return {
    ...reply,
    max_replica_count: app.max_replica_count,
    hint_msg: `app(${app_name}) is not during bulk load, return last time result`,
    is_bulk_loading: false,
    hp_bulk_load_states: ofEach(() => new Map()),
  };
}

export function clearBulkLoad(
  meta: MetaServer,
  { app_name }: ClearBulkLoadStateRequest,
): ClearBulkLoadStateResponse {
  const app = availableApp(meta, app_name);
  if ('err' in app) return app;
  const hint_msg = `clear app(${app_name}) bulk load result succeed, remove bulk load dir succeed`;
  return { err: 'ERR_OK', hint_msg };
}

function availableApp(meta: MetaServer, name: string): AppRecord | ClearBulkLoadStateResponse {
  const app = meta.tree.appNamed(name);
  if (app?.status === 'AS_AVAILABLE') return app;
  const err = app === undefined ? 'ERR_APP_NOT_EXIST' : 'ERR_APP_DROPPED';
  return { err, hint_msg: `app(${name}) is not existed or not available` };
}
