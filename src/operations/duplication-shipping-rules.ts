/** Reasons for which a duplication in DS_LOG does not ship. */
import type { DuplicationPartition } from '../rpc/idl/control-duplication.ts';
import type { Facts, Finding } from './duplication-diagnose.ts';
import {
  addAgain,
  type Cause,
  compareSides,
  faultTold,
  finding,
  giveIds,
  heal,
  isRefused,
  refusedCause,
  staleText,
  startOver,
  startServers,
  storageSilent,
} from './duplication-finding.ts';
import { faultsOf } from './fault-between.ts';

/** Two duplication syncs, and some: by then every server has reported, and was answered. */
const SYNCS_MS = 30_000;

/** A disk that fails, or a log that is damaged. */
export function logUnreadable({ cluster, state, faults }: Facts): Finding | undefined {
  if (state.status !== 'DS_LOG') return undefined;
  const isStuck = ({ load_failures = 0, last_decree, last_committed_decree }: DuplicationPartition) =>
    load_failures > 0 && last_decree < last_committed_decree;
  const partitions = state.partitions.filter(isStuck);
  if (partitions.length === 0) return undefined;
  const most = Math.max(...partitions.map(({ load_failures = 0 }) => load_failures));
  const reason = `their private logs cannot be read: up to ${most} attempts have failed, under ${state.fail_mode}`;
  const skip = `or pegsh -C ${cluster} set_dup_fail_mode ${state.app_name} ${state.dupid} skip, which loses what cannot be read`;
  return finding(
    'blocked',
    'source',
    reason,
    [heal(faultsOf(faults, cluster, 'disk_')[0]), skip],
    partitions,
  );
}

/** What was skipped under FAIL_SKIP is missing on the other side for ever. */
export function mutationsLost(facts: Facts): Finding | undefined {
  const { cluster, state } = facts;
  const partitions = state.partitions.filter(({ lost_mutations = 0 }) => lost_mutations > 0);
  if (partitions.length === 0) return undefined;
  const count = partitions.reduce((sum, { lost_mutations = 0 }) => sum + lost_mutations, 0);
  const what = count === 1 ? '1 mutation was' : `${count} mutations were`;
  const reason = `${what} skipped, for the log could not be read: ${state.remote}/${state.remote_app_name} lacks them`;
  const [first, ...rest] = startOver(facts);
  const actions = [`pegsh -C ${cluster} dup verify ${state.app_name}`, `or ${first}`, ...rest];
  return finding('blocked', 'source', reason, actions, partitions);
}

/** Why the remote cluster does not take what is shipped, by the code that the shipper sees. */
export function shippingFails(facts: Facts): Finding | undefined {
  const { state } = facts;
  if (state.status !== 'DS_LOG') return undefined;
  const partitions = state.partitions.filter((partition) => partition.ship_error !== '');
  if (!state.follower.exists && state.remote_exists && state.remote_meta_runs) {
    const [reason, actions] = tableMissing(facts);
    const effect = partitions.length === 0 ? ': what is written from now on cannot be shipped' : '';
    return finding('blocked', 'remote', reason + effect, actions, partitions);
  }
  if (partitions.length === 0) return undefined;
  const codes = [...new Set(partitions.map((partition) => partition.ship_error))];
  const [reason, actions] = denied(facts) ?? known(facts, codes[0] ?? '');
  return finding('blocked', 'remote', `${reason}: ${codes.join(', ')}`, actions, partitions);
}

/** What was dropped comes back with what it has; what was never there takes what was not shipped yet. */
function tableMissing(facts: Facts): Cause {
  const { state } = facts;
  const { remote, remote_app_name: table, remote_replica_count: replicas, follower } = state;
  const [remove, ...add] = addAgain(facts);
  const others = [`or ${remove}`, ...add];
  const { dropped_id: id } = follower;
  if (id !== undefined)
    return [`${remote} has dropped its table ${table}`, [`pegsh -C ${remote} recall ${id}`, ...others]];
  const create = `pegsh -C ${remote} create table ${table} -p ${state.partitions.length} -r ${replicas}`;
  return [`${remote} has no table ${table}`, [create, ...others]];
}

/** Writes that are denied look as though nothing answered, or nobody led (`replica.deny_client_request`). */
function denied({ state }: Facts): Cause | undefined {
  const { remote, remote_app_name: table, follower } = state;
  const { denies = '' } = follower;
  if (!/\*(all|write)$/.test(denies)) return undefined;
  const clear = `pegsh -C ${remote} -c 'use ${table}; del_app_envs replica.deny_client_request'`;
  return [`${remote}/${table} denies writes: replica.deny_client_request = ${denies}`, [clear]];
}

/** A batch is as large as the largest write of the source, or as large as batches are to be. */
function tooLarge({ setting, clusters, state: { remote } }: Facts): Cause {
  const own = setting('replication.max_allowed_write_size');
  const restart = `pegsh -C ${remote} node restart ${clusters.get(remote)?.replicas.join(' ') ?? ''}`.trim();
  return [
    `a batch is larger than ${remote} takes (max_allowed_write_size)`,
    [`pegsh cluster config ${remote} replication.max_allowed_write_size ${own}`, restart],
  ];
}

/** Nothing answers: why, as far as it is known. */
function silent(facts: Facts, look: readonly string[]): Cause {
  const { remote, partitions } = facts.state;
  const deafTo = [...new Set(partitions.flatMap((partition) => partition.deaf_to ?? []))].sort();
  const restart = deafTo.length === 0 ? [] : [`pegsh -C ${remote} node restart ${deafTo.join(' ')}`];
  if (isRefused(facts)) return refusedCause(facts, restart);
  if (deafTo.length > 0) return [staleText(facts), restart];
  if (facts.fault !== undefined) return [`${remote} does not answer${faultTold(facts)}`, [heal(facts.fault)]];
  return [`${remote} does not answer: it is cut off, or hangs`, [compareSides(facts), ...look]];
}

function known(facts: Facts, code: string): Cause {
  const { cluster, state } = facts;
  const { remote, remote_app_name: table } = state;
  const look = [startServers(facts), `pegsh -C ${remote} wait healthy --table ${table}`];
  const envs = `pegsh -C ${remote} -c 'use ${table}; get_app_envs'`;
  const causes: Readonly<Record<string, Cause>> = {
    ERR_NETWORK_FAILURE: [`no server of ${remote} is there to take what is shipped`, look],
    ERR_INVALID_STATE: [`${remote}/${table} has partitions without a primary`, look],
    ERR_NOT_ENOUGH_MEMBER: [`partitions of ${remote}/${table} have too few members to be written to`, look],
    ERR_TIMEOUT: silent(facts, look),
    ERR_ACL_DENY: [
      `${remote} does not let ${cluster} write${faultTold(facts)}`,
      [compareSides(facts), heal(facts.fault)],
    ],
    ERR_INVALID_DATA: tooLarge(facts),
    ERR_INVALID_PARAMETERS: [
      `${remote} has wrong ids in its duplication-group`,
      [compareSides(facts), ...giveIds(facts)],
    ],
    ERR_OPERATION_DISABLED: [`${remote}/${table} denies writes`, [envs]],
    ERR_BUSY: [`${remote}/${table} throttles writes`, [envs]],
  };
  return causes[code] ?? [`${remote} does not take what is shipped`, look];
}

/** Nothing is loaded before the meta server has stored where it begins. */
export function startNotConfirmed(facts: Facts): Finding | undefined {
  const { state, ageMs } = facts;
  if (state.status !== 'DS_LOG') return undefined;
  const partitions = state.partitions.filter((one) => one.has_duplicator && one.stored_decree < 0);
  if (partitions.length === 0) return undefined;
  if (ageMs < SYNCS_MS) {
    const reason = 'where shipping begins is stored at the next sync';
    return finding('moving', 'source', reason, [], partitions);
  }
  return cutOff(facts, 'where shipping begins is not stored', partitions);
}

/** What is shipped is to be stored at the next sync. */
export function unstored(facts: Facts): Finding | undefined {
  const { state, nowUs } = facts;
  if (state.status !== 'DS_LOG') return undefined;
  const partitions = state.partitions.filter(
    (one) =>
      one.has_duplicator &&
      one.last_decree > one.stored_decree &&
      one.shipped_us > 0 &&
      nowUs - one.shipped_us > SYNCS_MS * 1000,
  );
  if (partitions.length === 0) return undefined;
  return cutOff(facts, 'what is shipped is not stored: after a restart it is shipped again', partitions);
}

function cutOff(facts: Facts, what: string, partitions: readonly DuplicationPartition[]): Finding {
  const { cluster } = facts;
  const [why, actions] = storageSilent(facts, cluster) ?? [
    'the replica servers do not get through to their meta server',
    [`pegsh -C ${cluster} node list`, 'pegsh fault list'],
  ];
  return finding('blocked', 'source', `${what}; ${why}`, actions, partitions);
}

/** What there is to say of a duplication that ships: how far it is, and whether it lacks a duplicator. */
export function shipping({ state, ageMs, cluster }: Facts): Finding | undefined {
  if (state.status !== 'DS_LOG') return undefined;
  const unbuilt = state.partitions.filter((partition) => !partition.has_duplicator);
  if (unbuilt.length > 0) {
    const look = [`pegsh -C ${cluster} node list`, 'pegsh fault list'];
    const reason = 'replicas begin to ship at their next sync, when their meta server answers it';
    return finding('moving', 'source', reason, ageMs < SYNCS_MS ? [] : look, unbuilt);
  }
  const behind = state.partitions.filter((one) => one.last_decree < one.last_committed_decree);
  if (behind.length === 0) return finding('ok', '', 'everything that is committed is shipped', []);
  const count = behind.reduce((sum, one) => sum + one.last_committed_decree - one.last_decree, 0);
  const actions = [`pegsh -C ${cluster} dup watch ${state.app_name} --until caught-up`];
  const what = count === 1 ? '1 mutation is' : `${count} mutations are`;
  return finding('moving', 'source', `${what} still to be shipped`, actions, behind);
}
