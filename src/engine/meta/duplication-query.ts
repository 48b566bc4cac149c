import type {
  DuplicationEntry,
  DuplicationListRequest,
  DuplicationListResponse,
  DuplicationPartitionState,
  DuplicationQueryRequest,
  DuplicationQueryResponse,
} from '../../rpc/idl/duplication.ts';
import type { AppRecord } from '../documents/meta.ts';
import { confirmedByNow } from '../duplication/idle.ts';
import { contextOf, progressOfAll } from './duplication-context.ts';
import type { MetaServer } from './meta-server.ts';
import { matchName } from './pattern.ts';

/** `query_duplication`: one entry per duplication, in the order of their ids. */
export function queryDuplication(
  meta: MetaServer,
  request: DuplicationQueryRequest,
): DuplicationQueryResponse {
  const app = meta.tree.appNamed(request.app_name);
  if (app === undefined || app.status !== 'AS_AVAILABLE')
    return { err: 'ERR_APP_NOT_EXIST', appid: 0, entry_list: [] };
  return { err: 'ERR_OK', appid: app.app_id, entry_list: duplicationEntries(meta, app) };
}

/** `list_duplication`: tables without any are listed too (`meta_duplication_service.cpp`). */
export function listDuplications(meta: MetaServer, request: DuplicationListRequest): DuplicationListResponse {
  const states: DuplicationListResponse['app_states'] = new Map();
  const apps = meta.tree.apps().filter((app) => app.status === 'AS_AVAILABLE');
  for (const app of apps.sort((a, b) => (a.app_name < b.app_name ? -1 : 1))) {
    const match = matchName(app.app_name, request.app_name_pattern, request.match_type);
    if (match.err !== 'ERR_OK') return { err: match.err, hint_message: match.hint, app_states: new Map() };
    if (!match.matches) continue;
    const duplications = new Map(duplicationEntries(meta, app).map((entry) => [entry.dupid, entry]));
    const { app_id: appid, app_name, partition_count } = app;
    states.set(app_name, { appid, app_name, partition_count, duplications });
  }
  return { err: 'ERR_OK', hint_message: '', app_states: states };
}

/**
 * The entries that queries and lists carry, with the decrees that the leader knows of. Those are looked up when they are
 * read: that takes every replica of the table, and who asks for a status or an id has no use for them.
 */
function duplicationEntries(meta: MetaServer, app: AppRecord): DuplicationEntry[] {
  return meta.duplicationIds(app.app_id).map((dupid) => {
    let states: Map<number, DuplicationPartitionState> | undefined;
    return {
      ...entryOf(meta, app, dupid),
      get partition_states() {
        states ??= partitionStates(meta, app, dupid);
        return states;
      },
    };
  });
}

function partitionStates(
  meta: MetaServer,
  app: AppRecord,
  dupid: number,
): Map<number, DuplicationPartitionState> {
  const states = new Map<number, DuplicationPartitionState>();
  for (const [pidx, { stored_decree, last_committed_decree }] of progressOfAll(meta, app, dupid)) {
    const idle = confirmedWhenIdle(meta, app.app_id, pidx, dupid);
    states.set(pidx, {
      confirmed_decree: idle ?? stored_decree,
      last_committed_decree: idle ?? last_committed_decree,
    });
  }
  return states;
}

/** What the syncs of idle time have told, which nobody has made up for yet: to ask changes nothing. */
function confirmedWhenIdle(meta: MetaServer, appId: number, pidx: number, dupid: number): number | undefined {
  const { primary } = meta.tree.partition(appId, pidx);
  const replica = meta.cluster.replicaServer(primary)?.findUnsettled(`${appId}.${pidx}`);
  return replica === undefined ? undefined : confirmedByNow(replica, dupid);
}

/** What all forms of an entry have in common. */
export function entryOf(meta: MetaServer, app: AppRecord, dupid: number): DuplicationEntry {
  const record = meta.tree.duplication(app.app_id, dupid);
  if (record === undefined) throw new Error(`duplication ${dupid} of table ${app.app_id} is gone`);
  const context = contextOf(meta, app, dupid);
  return {
    dupid,
    status: context.status,
    remote: record.remote,
    create_ts: record.create_timestamp_ms,
    fail_mode: context.fail_mode,
    remote_app_name: record.remote_app_name,
    remote_replica_count: record.remote_replica_count,
  };
}
