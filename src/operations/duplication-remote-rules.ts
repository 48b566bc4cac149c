/** Reasons that lie with the remote cluster before it is shipped to. */
import type { Facts, Finding } from './duplication-diagnose.ts';
import {
  addAgain,
  type Cause,
  compareSides,
  disksFail,
  faultTold,
  finding,
  heal,
  isEarly,
  isRefused,
  refusedCause,
  removal,
  restartLeader,
  staleText,
  startOver,
  startServers,
  storageSilent,
} from './duplication-finding.ts';

/** Copying takes its time; after so long it does not come by itself any more. */
const COPY_MS = 300_000;

/** Two syncs with a follower that is ready are enough to begin shipping. */
const READY_MS = 30_000;

/** What keeps the remote cluster from answering, or makes it refuse. */
export function remoteInTheWay(facts: Facts): Finding | undefined {
  if (!isEarly(facts.state)) return undefined;
  return unreachable(facts) ?? authentication(facts) ?? deafConnection(facts) ?? refusal(facts);
}

function unreachable(facts: Facts): Finding | undefined {
  const { cluster, state } = facts;
  const { remote, remote_exists, remote_meta_runs } = state;
  if (!remote_exists) {
    const reason = `no cluster answers at what ${cluster} has for ${remote} in [pegasus.clusters]`;
    const setting = `pegasus.clusters.${remote}`;
    // Where the remote is one of this workspace, its address is the default.
    const mend = facts.clusters.has(remote) ? `--unset ${setting}` : `${setting} HOST:PORT`;
    const actions = [`pegsh cluster config ${cluster} ${mend}`, `or ${removal(facts)}`];
    return finding('blocked', 'source', reason, actions);
  }
  if (remote_meta_runs) return undefined;
  const actions = [`pegsh -C ${remote} node start meta1`, heal(facts.fault), `or ${removal(facts)}`];
  const reason = `no meta server of cluster ${remote} leads: none runs, or they hang`;
  return finding('blocked', 'remote', reason, actions);
}

function authentication(facts: Facts): Finding | undefined {
  if (!isRefused(facts)) return undefined;
  const [reason, actions] = refusedCause(facts, [restartLeader(facts, facts.state.remote)]);
  return finding('blocked', 'remote', reason, [...actions, `or ${removal(facts)}`]);
}

function deafConnection(facts: Facts): Finding | undefined {
  const { cluster, state } = facts;
  if (!state.is_deaf) return undefined;
  const { remote } = state;
  return finding('blocked', 'remote', staleText(facts), [
    restartLeader(facts, remote),
    `or ${restartLeader(facts, cluster)}`,
  ]);
}

/** Why the remote meta server refuses to make the follower table (`server_state.cpp create_app`). */
function refusal(facts: Facts): Finding | undefined {
  const { state } = facts;
  if (state.status !== 'DS_PREPARE' || state.error_code === '') return undefined;
  const [reason, actions] = cause(facts, state.error_code);
  return finding('blocked', 'remote', reason, actions);
}

function cause(facts: Facts, code: string): Cause {
  const { cluster, state } = facts;
  const { remote, remote_app_name: table } = state;
  switch (code) {
    case 'ERR_APP_EXIST':
    case 'ERR_INVALID_STATE':
      return nameTaken(facts);
    case 'ERR_INVALID_PARAMETERS':
      return notAsAsked(facts);
    case 'ERR_STATE_FREEZED':
      return frozen(facts);
    case 'ERR_ACL_DENY':
      return [
        `${remote} does not let ${cluster} make tables`,
        [compareSides(facts), heal(facts.fault), `or ${removal(facts)}`],
      ];
    case 'ERR_BUSY_DROPPING':
      return unfinished(facts, `${remote} is still dropping a table ${table}`);
    case 'ERR_BUSY_CREATING':
      return unfinished(facts, `${remote} is still making a table ${table}`);
    case 'ERR_TIMEOUT':
      return [
        `${remote} does not answer: it is cut off, or hangs${faultTold(facts)}`,
        [heal(facts.fault), `pegsh -C ${remote} node list`, `or ${removal(facts)}`],
      ];
    default:
      return [
        `${remote} does not make the follower table: ${code}`,
        [`pegsh -C ${remote} node list`, `or ${removal(facts)}`],
      ];
  }
}

function unfinished(facts: Facts, what: string): Cause {
  const { remote } = facts.state;
  const silent = storageSilent(facts, remote);
  if (silent !== undefined) return [`${what}: ${silent[0]}`, silent[1]];
  return [what, [`pegsh -C ${remote} --dialect cpp-shell ls -a`]];
}

/** A table of that name is there: whose it is decides what may be done with it. */
function nameTaken(facts: Facts): Cause {
  const { cluster, state } = facts;
  const { remote, remote_app_name: table, follower } = state;
  const drop = `pegsh -C ${remote} drop ${table}`;
  const remove = removal(facts);
  const add = `pegsh -C ${cluster} add_dup ${state.app_name} ${remote} -s -a OTHER_NAME`;
  const elsewhere = [remove, add, `or ${drop}, which loses what it holds`];
  if (follower.master_cluster !== '' && follower.master_cluster !== cluster)
    return [`${remote}/${table} is a follower of cluster ${follower.master_cluster}`, elsewhere];
  if (follower.master_cluster === '')
    return [`${remote} has a table ${table} that is not this duplication's`, elsewhere];
  const isLeft = follower.app_status === 'created';
  const whose = isLeft ? 'is left over from an earlier duplication' : `an older ${cluster} made`;
  return [`${remote} has a table ${table} that ${whose}`, [drop, `or ${remove}`, add]];
}

function notAsAsked(facts: Facts): Cause {
  const { cluster, state } = facts;
  const { remote, remote_app_name: table, remote_replica_count: wanted, remote_alive: alive } = state;
  if (wanted > alive) {
    const reason = `${remote} cannot make ${table} with ${wanted} replicas: ${alive} of its servers are alive`;
    const fewer = `or ${removal(facts)}, and add it with another -r COUNT`;
    return [reason, [startServers(facts), fewer]];
  }
  const reason = `${remote} does not take ${table} as it is: the number of replicas, or an env that it does not know`;
  return [
    reason,
    [
      compareSides(facts),
      `pegsh -C ${cluster} -c 'use ${state.app_name}; get_app_envs'`,
      `or ${removal(facts)}, and add it with another -r COUNT`,
    ],
  ];
}

/** Levels that make tables. */
const UNFROZEN = ['fl_steady', 'fl_lively'];

function frozen(facts: Facts): Cause {
  const { remote, remote_level: level, remote_alive: alive } = facts.state;
  if (!UNFROZEN.includes(level))
    return [
      `${remote} makes no tables: its meta level is ${level.replace(/^fl_/, '')}`,
      [`pegsh -C ${remote} set_meta_level steady`],
    ];
  return [
    `${remote} makes no tables while so few of its replica servers are alive: ${alive}`,
    [startServers(facts)],
  ];
}

/** A table that is not split as its source is. */
export function unequalPartitions(facts: Facts): Finding | undefined {
  const { state } = facts;
  const { status, follower, remote, remote_app_name: table } = state;
  const isConcerned = status === 'DS_APP' || status === 'DS_LOG';
  if (!isConcerned || !follower.exists || follower.partition_count === state.partitions.length)
    return undefined;
  const counts = `${remote}/${table} has ${follower.partition_count} partitions, ${state.app_name} has ${state.partitions.length}`;
  const effect = status === 'DS_LOG' ? ': what is shipped comes to partitions where nobody looks for it' : '';
  return finding('blocked', 'remote', counts + effect, startOver(facts));
}

/** What the follower table lacks before anything is shipped to it. */
export function followerNotReady(facts: Facts): Finding | undefined {
  const { state, ageMs } = facts;
  if (state.status !== 'DS_APP') return undefined;
  const { follower, remote, remote_app_name: table } = state;
  if (!follower.exists)
    return finding('blocked', 'remote', `${remote} has no table ${table} any more`, addAgain(facts));
  if (follower.without_primary > 0) return notCopied(facts);
  if (follower.not_full > 0) {
    const reason = `${follower.not_full} partitions of ${remote}/${table} lack secondaries`;
    const actions = [startServers(facts), `pegsh -C ${remote} get_meta_level`];
    if (ageMs >= COPY_MS) return finding('blocked', 'remote', reason, actions);
    return finding('moving', 'remote', reason, []);
  }
  return readyAndWaiting(facts);
}

function notCopied(facts: Facts): Finding {
  const { state, ageMs } = facts;
  const { follower, remote } = state;
  const copied = follower.partition_count - follower.without_primary;
  const [why, actions] = copyCause(facts);
  const reason = `${remote} has copied ${copied} of ${follower.partition_count} checkpoints${why}`;
  return ageMs < COPY_MS
    ? finding('moving', 'remote', reason, [])
    : finding('blocked', 'remote', reason, actions);
}

/** Why the follower's primaries cannot copy, by the code that the last of them got (`replica_follower.cpp`). */
function copyCause(facts: Facts): Cause {
  const { cluster, state } = facts;
  const { follower, remote } = state;
  const { copy_error: code, master_metas, master_cluster } = follower;
  const unknown: Cause = disksFail(facts, remote) ?? ['', [startServers(facts)]];
  if (code === '') return [unknown[0] === '' ? '' : `; ${unknown[0]}`, unknown[1]];
  const causes: Readonly<Record<string, Cause>> = {
    ERR_PATH_NOT_FOUND: [
      `a partition of ${cluster} has no checkpoint yet; its next one comes within two hours`,
      [
        `pegsh -C ${cluster} clock advance 2h`,
        `or ${removal(facts)}, drop the table there, and add it again`,
      ],
    ],
    ERR_OBJECT_NOT_FOUND: [
      `${master_cluster} has no table of the name it had when this was added`,
      [`pegsh -C ${cluster} ls`, ...startOver(facts)],
    ],
    ERR_NETWORK_FAILURE: [
      `nobody answers at ${master_metas}, which the follower has for ${master_cluster}`,
      [`pegsh -C ${cluster} node list`, `pegsh -C ${cluster} ls`],
    ],
    ERR_TIMEOUT: [
      `${master_cluster} does not answer ${remote}: it demands authentication, is cut off, or hangs${faultTold(facts)}`,
      [compareSides(facts), heal(facts.fault)],
    ],
    ERR_INVALID_STATE: [
      `a partition of ${cluster} has no primary`,
      [`pegsh -C ${cluster} wait healthy --table ${state.app_name}`],
    ],
  };
  const [why, actions] = causes[code] ?? unknown;
  return [`; the last attempt ended with ${code}${why === '' ? '' : `: ${why}`}`, actions];
}

/** Everything is there, so it goes on at the next sync, unless the source does not see it. */
function readyAndWaiting(facts: Facts): Finding {
  const { cluster, state, ageMs } = facts;
  const start = `pegsh -C ${cluster} start_dup ${state.app_name} ${state.dupid}`;
  const isForgotten = state.partitions.some((partition) => !partition.checkpoint_prepared);
  if (isForgotten && ageMs >= READY_MS) {
    const reason = 'the meta server has forgotten which checkpoints are prepared, and is not told again (D1)';
    return finding('blocked', 'source', `${reason}: the follower table is ready`, [start]);
  }
  const { follower } = state;
  if (state.error_code !== '' && follower.max_replica_count === 1 && ageMs >= COPY_MS) {
    const reason = `the follower table is ready, but ${cluster} waits for secondaries of a single replica (#2092)`;
    return finding('blocked', 'source', reason, [start]);
  }
  if (state.error_code === 'ERR_OBJECT_NOT_FOUND' && ageMs >= READY_MS) {
    const reason = `the follower table is ready, but ${cluster} looks for it under the name ${state.app_name} (#2025)`;
    return finding('blocked', 'source', reason, [start]);
  }
  const reason = 'the follower table is there; shipping begins when all its partitions are ready';
  return finding('moving', 'remote', reason, []);
}
