/** What two clusters must agree in, whatever is duplicated between them. */
import type { ClusterState } from '../rpc/idl/control.ts';
import { faultBetween, faultText } from './fault-between.ts';
import { type Check, countRunning, failed, passed, type Side, settingOf } from './preflight-check.ts';

export const CLUSTER_CHECKS: readonly ((source: Side, remote: Side) => Check)[] = [
  names,
  addresses,
  ids,
  duplicationOn,
  metaRuns,
  authentication,
  network,
  level,
  sizes,
  defects,
];

function names(source: Side, remote: Side): Check {
  const [here, there] = [source.cluster.name, remote.cluster.name];
  if (here !== there) return passed('names', here, there);
  const consequence = 'illegal operation: adding duplication to itself';
  return failed('names', here, there, consequence, 'choose another cluster');
}

/** The source's meta and replica servers look the remote up in their own configuration. */
function addresses(source: Side, remote: Side): Check {
  const key = `pegasus.clusters.${remote.cluster.name}`;
  const known = settingOf(source, key);
  const real = remote.cluster.metas.join(',');
  const action = `pegsh cluster config ${source.cluster.name} --unset ${key}`;
  if (known === '') {
    const consequence = `refused: failed to find cluster[${remote.cluster.name}] address in config [pegasus.clusters]`;
    return failed('addresses', 'not configured', real, consequence, action);
  }
  const isReal = known.split(',').some((address) => remote.cluster.metas.includes(address));
  if (isReal) return passed('addresses', known, real);
  const consequence =
    'stuck in DS_PREPARE: create_err=ERR_NETWORK_FAILURE, or another cluster gets the table';
  return failed('addresses', known, real, consequence, action);
}

/** Both have to know both, under the same ids. */
function ids(source: Side, remote: Side): Check {
  const [a, b] = [source.cluster.name, remote.cluster.name];
  const idOf = (side: Side, name: string) => settingOf(side, `duplication-group.${name}`) || '0';
  const text = (side: Side) => `${a}=${idOf(side, a)} ${b}=${idOf(side, b)}`;
  const [here, there] = [text(source), text(remote)];
  // What the other side has for it, unless that is no id for it either.
  const config = (of: string, name: string, id: string) => {
    const isFree = id !== '0' && (name === a || id !== idOf(source, a));
    return `pegsh cluster config ${of} duplication-group.${name} ${isFree ? id : 'ID'}`;
  };
  const ignores = (side: Side) => settingOf(side, 'replication.dup_ignore_other_cluster_ids') === 'true';
  if (a === b) return passed('ids', here, there);
  if (idOf(source, b) === '0' && !ignores(source)) {
    const consequence = `refused: get_duplication_cluster_id(${b}) failed, error: ERR_OBJECT_NOT_FOUND`;
    return failed('ids', here, there, consequence, config(a, b, idOf(remote, b)));
  }
  if (idOf(source, a) === '0') {
    const consequence = `${a}'s replica servers die at the first shipped write: failed to get cluster id`;
    return failed('ids', here, there, consequence, config(a, a, idOf(remote, a)));
  }
  if (idOf(remote, b) === '0') {
    const consequence = `${b}'s replica servers die at the first write that arrives: failed to get cluster id`;
    return failed('ids', here, there, consequence, config(b, b, idOf(source, b)));
  }
  if (idOf(remote, b) === idOf(source, a)) {
    const consequence = `${a}'s replica servers die at the first shipped write: self-duplicating (D9)`;
    return failed('ids', here, there, consequence, config(b, b, idOf(source, b)));
  }
  if (idOf(remote, a) !== idOf(source, a) && !ignores(remote)) {
    const consequence = `${a}'s replica servers die at the first shipped write: request cluster id is unconfigured (D9)`;
    return failed('ids', here, there, consequence, config(b, a, idOf(source, a)));
  }
  return passed('ids', here, there);
}

function duplicationOn(source: Side): Check {
  const value = settingOf(source, 'replication.duplication_enabled') || 'true';
  if (value === 'true') return passed('duplication enabled', value, '-');
  const action = `pegsh cluster config ${source.cluster.name} replication.duplication_enabled true, then restart its servers`;
  return failed('duplication enabled', value, '-', 'refused: ERR_SERVICE_NOT_ACTIVE', action);
}

function metaRuns(source: Side, remote: Side): Check {
  const running = (side: Side): number => countRunning(side, 'meta');
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
    const consequence = 'stuck in DS_PREPARE: create_err=ERR_TIMEOUT (#2098)';
    return failed('authentication', here, there, consequence, action);
  }
  if (isRefused(remote.cluster, source.cluster)) {
    const action = `pegsh cluster config ${source.cluster.name} security.mandatory_auth false, or give ${remote.cluster.name} credentials`;
    const consequence = 'stuck in DS_APP: the follower cannot copy checkpoints';
    return failed('authentication', here, there, consequence, action);
  }
  return passed('authentication', here, there);
}

function authText({ enable_auth, mandatory_auth }: ClusterState): string {
  return enable_auth ? (mandatory_auth ? 'demanded' : 'offered') : 'off';
}

/** Metas of the source must reach those of the remote; replica servers each other, both ways. */
function network(source: Side, remote: Side): Check {
  const inTheWay = faultBetween(source.faults, source.cluster.name, remote.cluster.name);
  if (inTheWay === undefined) return passed('network', 'open', 'open');
  const { id } = inTheWay;
  const what = faultText(inTheWay);
  const consequence = `requests or replies do not arrive (fault ${id}): stuck in DS_PREPARE, DS_APP, or not shipping`;
  return failed('network', what, what, consequence, `pegsh fault clear ${id}`);
}

/** Too few live servers freeze a cluster, and so does its operator: nothing can be created. */
function level(_source: Side, remote: Side): Check {
  const alive = countRunning(remote, 'replica');
  const all = remote.cluster.replicas.length;
  const share = Number(settingOf(remote, 'meta_server.node_live_percentage_threshold_for_update') || 0);
  const there = `${alive} of ${all} running, ${remote.level.replace(/^fl_/, '') || 'no level'}`;
  const consequence = 'stuck in DS_PREPARE: create_err=ERR_STATE_FREEZED';
  const { name } = remote.cluster;
  if (alive === 0 || alive * 100 < share * all)
    return failed('replica servers', '-', there, consequence, `pegsh -C ${name} node start …`);
  if (['fl_freezed', 'fl_blind', 'fl_stopped'].includes(remote.level))
    return failed('replica servers', '-', there, consequence, `pegsh -C ${name} set_meta_level steady`);
  return passed('replica servers', '-', there);
}

/** A batch that the remote does not take is shipped again for ever. */
function sizes(source: Side, remote: Side): Check {
  const largest = Number(settingOf(remote, 'replication.max_allowed_write_size'));
  const ends = Math.min(
    Number(settingOf(source, 'replication.duplicate_log_batch_bytes')),
    Number(settingOf(source, 'replication.dup_max_allowed_write_size')),
  );
  const own = Number(settingOf(source, 'replication.max_allowed_write_size'));
  const here = `writes up to ${own || 'any'}, batches of ${ends}`;
  const there = `takes up to ${largest || 'any'}`;
  if (largest === 0 || (ends <= largest && own > 0 && own <= largest))
    return passed('sizes in bytes', here, there);
  const action = `pegsh cluster config ${remote.cluster.name} replication.max_allowed_write_size ${own}, then restart its servers`;
  const consequence =
    'a partition stops shipping at the first batch that is larger: ERR_INVALID_DATA, for ever';
  return failed('sizes in bytes', here, there, consequence, action);
}

const DANGEROUS: Readonly<Record<string, string>> = {
  '2098': 'a restart in DS_PREPARE kills the replica server, again and again (#2098)',
  '2069': 'empty partitions count as prepared without a checkpoint: stuck in DS_APP (#2069)',
  '2025': 'under another name the follower is not found: stuck in DS_APP (#2025)',
  '2092': 'with one replica the follower is never ready: stuck in DS_APP (#2092)',
  '2146': 'a lost reply is never made good: stuck in DS_PREPARE (#2146)',
};

/** The versions: what the source, or the remote, still has wrong. */
function defects(source: Side, remote: Side): Check {
  const textOf = ({ cluster }: Side) =>
    cluster.defects.length === 0 ? '2.6' : `2.6 with ${cluster.defects.map((one) => `#${one}`).join(', ')}`;
  const [here, there] = [textOf(source), textOf(remote)];
  const found = source.cluster.defects.flatMap((issue) => DANGEROUS[issue] ?? []);
  if (found.length === 0) return passed('versions', here, there);
  const action = `upgrade ${source.cluster.name} first: here, make the cluster without --defect`;
  return failed('versions', here, there, found.join('; '), action);
}
