import type {
  DuplicationEntry,
  DuplicationListRequest,
  DuplicationListResponse,
  DuplicationPartitionState,
  DuplicationQueryRequest,
  DuplicationQueryResponse,
} from '../../rpc/idl/duplication.ts';
import type { AppRecord, PartitionProgress } from '../documents/meta.ts';
import { confirmedByNow } from '../duplication/idle.ts';
import { LongReply } from '../request.ts';
import { allOf, type Steps } from '../steps.ts';
import { contextOf, progressOfAll } from './duplication-context.ts';
import type { MetaServer } from './meta-server.ts';
import { matchName } from './pattern.ts';

/** `query_duplication`: one entry per duplication, in the order of their ids. */
export function queryDuplication(
  meta: MetaServer,
  request: DuplicationQueryRequest,
): DuplicationQueryResponse | LongReply<DuplicationQueryResponse> {
  const app = meta.tree.appNamed(request.app_name);
  if (app === undefined || app.status !== 'AS_AVAILABLE')
    return { err: 'ERR_APP_NOT_EXIST', appid: 0, entry_list: [] };
  const found = duplicationsOf(meta, app);
  const reply = { err: 'ERR_OK', appid: app.app_id, entry_list: found.map(({ entry }) => entry) };
  return new LongReply(lookingUp(found, reply), () => reply);
}

/** `list_duplication`: tables without any are listed too (`meta_duplication_service.cpp`). */
export function listDuplications(
  meta: MetaServer,
  request: DuplicationListRequest,
): DuplicationListResponse | LongReply<DuplicationListResponse> {
  const apps: AppRecord[] = [];
  for (const app of meta.tree.apps()) {
    if (app.status !== 'AS_AVAILABLE') continue;
    const match = matchName(app.app_name, request.app_name_pattern, request.match_type);
    if (match.err !== 'ERR_OK') return { err: match.err, hint_message: match.hint, app_states: new Map() };
    if (match.matches) apps.push(app);
  }
  apps.sort((a, b) => (a.app_name < b.app_name ? -1 : 1));
  return new LongReply(listing(meta, apps), () => listOf(meta, apps).reply);
}

/** Reads the nodes of the tables one after the other: that of many takes long, where nobody has done it before. */
function* listing(meta: MetaServer, apps: readonly AppRecord[]): Steps<DuplicationListResponse> {
  for (const { app_id } of apps) {
    meta.tree.duplicationIds(app_id);
    yield;
  }
  if (meta.cluster.meta !== meta)
    return { err: 'ERR_FORWARD_TO_OTHERS', hint_message: '', app_states: new Map() };
  const { found, reply } = listOf(meta, apps);
  return yield* lookingUp(found, reply);
}

function listOf(meta: MetaServer, apps: readonly AppRecord[]) {
  const found: Found[] = [];
  const states: DuplicationListResponse['app_states'] = new Map();
  for (const app of apps) {
    const own = duplicationsOf(meta, app);
    found.push(...own);
    const duplications = new Map(own.map(({ entry }) => [entry.dupid, entry]));
    const { app_id: appid, app_name, partition_count } = app;
    states.set(app_name, { appid, app_name, partition_count, duplications });
  }
  return { found, reply: { err: 'ERR_OK', hint_message: '', app_states: states } };
}

/** A duplication as queries and lists tell of it. */
interface Found {
  readonly entry: DuplicationEntry;
  /** Looks up what the entry has, before somebody reads it. */
  readonly steps: Steps;
}

/**
 * The duplications of a table, with the decrees that the leader knows of. Those are looked up when they are read: that
 * takes every replica of the table, and who asks for a status or an id has no use for them.
 */
function duplicationsOf(meta: MetaServer, app: AppRecord): Found[] {
  return meta.duplicationIds(app.app_id).map((dupid) => {
    const looking = lookingAtStates(meta, app.app_id, dupid, [...progressOfAll(meta, app, dupid)]);
    let states: Map<number, DuplicationPartitionState> | undefined;
    const entry = {
      ...entryOf(meta, app, dupid),
      get partition_states() {
        states ??= allOf(looking);
        return states;
      },
    };
    const steps = (function* (): Steps {
      states ??= yield* looking;
    })();
    return { entry, steps };
  });
}

function* lookingUp<R>(found: readonly Found[], reply: R): Steps<R> {
  for (const { steps } of found) yield* steps;
  return reply;
}

function* lookingAtStates(
  meta: MetaServer,
  appId: number,
  dupid: number,
  progress: readonly (readonly [pidx: number, PartitionProgress])[],
): Steps<Map<number, DuplicationPartitionState>> {
  const states = new Map<number, DuplicationPartitionState>();
  for (const [pidx, { stored_decree, last_committed_decree }] of progress) {
    const idle = confirmedWhenIdle(meta, appId, pidx, dupid);
    states.set(pidx, {
      confirmed_decree: idle ?? stored_decree,
      last_committed_decree: idle ?? last_committed_decree,
    });
    yield;
  }
  return states;
}

/** What the syncs of idle time have told, which nobody has made up for yet: to ask changes nothing. */
function confirmedWhenIdle(meta: MetaServer, appId: number, pidx: number, dupid: number): number | undefined {
  // A split may have been cancelled meanwhile.
  if (!meta.tree.hasPartition(appId, pidx)) return undefined;
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
