import { ClusterError } from '../errors.ts';
import type { ControlClient } from '../rpc/client/control.ts';
import type { MetaClient } from '../rpc/client/meta/index.ts';
import type { ClusterState, ConfigRow, NodeState } from '../rpc/idl/control.ts';
import type { AppInfo } from '../rpc/idl/layer2.ts';

/** One side of a duplication that is to be. */
export interface Side {
  readonly cluster: ClusterState;
  readonly config: ReadonlyMap<string, ConfigRow>;
  readonly nodes: readonly NodeState[];
  readonly tables: readonly AppInfo[];
}

/** What is to be duplicated; without a table only the clusters are compared. */
export interface Plan {
  readonly table: string | undefined;
  readonly remoteTable: string;
  /** 0 = as many as the source has. */
  readonly remoteReplicas: number;
  readonly isFull: boolean;
}

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly here: string;
  readonly there: string;
  /** What happens if the duplication is added nevertheless, and what to do; '' where the check holds. */
  readonly consequence: string;
  readonly action: string;
}

/** Reads what the checks compare. @throws ClusterError when there is no such cluster */
export async function readSide(control: ControlClient, meta: MetaClient, name: string): Promise<Side> {
  const { clusters } = await control.listClusters({});
  const cluster = clusters.find((one) => one.name === name);
  if (cluster === undefined)
    throw new ClusterError('ERR_OBJECT_NOT_FOUND', `there is no cluster '${name}'`, 'pegsh cluster list');
  const { rows } = await control.getConfig({ name });
  const { nodes } = await control.listNodes({ name });
  const hasMeta = nodes.some((node) => node.role === 'meta' && node.state === 'running');
  const tables = hasMeta ? (await meta.listApps({ status: 'AS_AVAILABLE' })).infos : [];
  return { cluster, config: new Map(rows.map((row) => [row.key, row])), nodes, tables };
}

/** What must agree before a table is duplicated (duplication.md 7.3), in the order in which it would go wrong. */
export function preflight(source: Side, remote: Side, plan: Plan): Check[] {
  const clusters = [names, duplicationOn, metaRuns, authentication, level].map((check) =>
    check(source, remote),
  );
  if (plan.table === undefined) return clusters;
  const table = source.tables.find((one) => one.app_name === plan.table);
  if (table === undefined) {
    const consequence = `app ${plan.table} was not found`;
    return [...clusters, failed('source table', 'missing', '-', consequence, `create it, or name another`)];
  }
  const tables = [remoteTable, replicas, foreignEnvs].map((check) => check(source, remote, plan, table));
  return [...clusters, ...tables];
}

function passed(name: string, here: string, there: string): Check {
  return { name, ok: true, here, there, consequence: '', action: '' };
}

function failed(name: string, here: string, there: string, consequence: string, action: string): Check {
  return { name, ok: false, here, there, consequence, action };
}

function names(source: Side, remote: Side): Check {
  const here = `${source.cluster.name} (id ${source.cluster.cluster_id})`;
  const there = `${remote.cluster.name} (id ${remote.cluster.cluster_id})`;
  if (source.cluster.name !== remote.cluster.name) return passed('names and ids', here, there);
  return failed(
    'names and ids',
    here,
    there,
    'illegal operation: adding duplication to itself',
    'choose another cluster',
  );
}

function duplicationOn(source: Side): Check {
  const value = source.config.get('replication.duplication_enabled')?.value ?? 'true';
  if (value === 'true') return passed('duplication enabled', value, '-');
  const action = `pegsh cluster config ${source.cluster.name} replication.duplication_enabled true, then restart its servers`;
  return failed('duplication enabled', value, '-', 'no server takes part in duplication', action);
}

function metaRuns(source: Side, remote: Side): Check {
  const running = (side: Side): number => count(side, 'meta');
  const here = `${running(source)} running`;
  const there = `${running(remote)} running`;
  if (running(source) > 0 && running(remote) > 0) return passed('meta servers', here, there);
  const down = running(source) > 0 ? remote : source;
  const consequence = 'stuck in DS_PREPARE: create_err=ERR_NETWORK_FAILURE';
  return failed('meta servers', here, there, consequence, `pegsh -C ${down.cluster.name} node start meta1`);
}

function authentication(source: Side, remote: Side): Check {
  const here = authText(source.cluster);
  const there = authText(remote.cluster);
  const isRefused = (from: ClusterState, to: ClusterState) =>
    to.enable_auth && to.mandatory_auth && !from.enable_auth;
  if (isRefused(source.cluster, remote.cluster)) {
    const action = `pegsh cluster config ${remote.cluster.name} security.mandatory_auth false, or give ${source.cluster.name} credentials: security.enable_auth true`;
    return failed(
      'authentication',
      here,
      there,
      'stuck in DS_PREPARE: create_err=ERR_TIMEOUT (#2098)',
      action,
    );
  }
  if (isRefused(remote.cluster, source.cluster)) {
    const action = `pegsh cluster config ${source.cluster.name} security.mandatory_auth false, or give ${remote.cluster.name} credentials`;
    return failed(
      'authentication',
      here,
      there,
      'stuck in DS_APP: the follower cannot copy checkpoints',
      action,
    );
  }
  return passed('authentication', here, there);
}

function authText({ enable_auth, mandatory_auth }: ClusterState): string {
  return enable_auth ? (mandatory_auth ? 'demanded' : 'offered') : 'off';
}

/** Too few live servers freeze a cluster: nothing can be created. */
function level(_source: Side, remote: Side): Check {
  const alive = count(remote, 'replica');
  const all = remote.cluster.replicas.length;
  const share = Number(
    remote.config.get('meta_server.node_live_percentage_threshold_for_update')?.value ?? 0,
  );
  const there = `${alive} of ${all} running`;
  if (alive > 0 && alive * 100 >= share * all) return passed('replica servers', '-', there);
  const action = `pegsh -C ${remote.cluster.name} node start …`;
  return failed('replica servers', '-', there, 'stuck in DS_PREPARE: create_err=ERR_STATE_FREEZED', action);
}

function remoteTable(source: Side, remote: Side, plan: Plan, table: AppInfo): Check {
  const there = remote.tables.find((one) => one.app_name === plan.remoteTable);
  const here = `${table.app_name}, ${table.partition_count} partitions`;
  if (plan.isFull) {
    if (there === undefined) return passed('remote table', here, 'free');
    const master = there.envs.get('duplication.master_cluster');
    const origin =
      master === source.cluster.name ? 'left over from an earlier duplication' : 'another table of that name';
    const action = `drop it on ${remote.cluster.name}, or choose another name with -a`;
    return failed('remote table', here, origin, 'stuck in DS_PREPARE: create_err=ERR_APP_EXIST', action);
  }
  if (there === undefined) {
    const consequence = 'everything written is held back: there is no table to take it';
    return failed(
      'remote table',
      here,
      'missing',
      consequence,
      `create it on ${remote.cluster.name}, or duplicate in full: -s`,
    );
  }
  const text = `${there.partition_count} partitions`;
  if (there.partition_count === table.partition_count) return passed('remote table', here, text);
  const action = `make it with ${table.partition_count} partitions`;
  return failed('remote table', here, text, 'partition counts must be equal', action);
}

function replicas(_source: Side, remote: Side, plan: Plan, table: AppInfo): Check {
  const wanted = plan.remoteReplicas || table.max_replica_count;
  const alive = count(remote, 'replica');
  const here = `${wanted} wanted`;
  const there = `${alive} servers running`;
  if (!plan.isFull || wanted <= alive) return passed('remote replica count', here, there);
  const action = `choose ${alive} or fewer with -r, or start more servers on ${remote.cluster.name}`;
  return failed(
    'remote replica count',
    here,
    there,
    'stuck in DS_PREPARE: create_err=ERR_INVALID_PARAMETERS',
    action,
  );
}

/** A follower's own envs would point the new follower at the wrong master (duplication.md D6). */
function foreignEnvs(source: Side, _remote: Side, plan: Plan, table: AppInfo): Check {
  const master = table.envs.get('duplication.master_cluster');
  if (!plan.isFull || master === undefined) return passed('envs of the source', 'no duplication.* envs', '-');
  const action = `delete the duplication.* envs of ${table.app_name} on ${source.cluster.name} first`;
  const consequence = `the follower copies from ${master}, not from ${source.cluster.name}`;
  return failed('envs of the source', `follower of ${master}`, '-', consequence, action);
}

function count(side: Side, role: 'meta' | 'replica'): number {
  return side.nodes.filter((node) => node.role === role && node.state === 'running').length;
}
