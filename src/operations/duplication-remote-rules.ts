/** Reasons that lie with the remote cluster. */
import type { Facts, Finding } from './duplication-diagnose.ts';
import { finding, isEarly, removal, restartLeader } from './duplication-finding.ts';

/** Copying takes its time; after so long it does not come by itself any more (duplication.md 7.1). */
const COPY_MS = 300_000;

/** What keeps the remote cluster from answering, or makes it refuse. */
export function remoteInTheWay(facts: Facts): Finding | undefined {
  if (!isEarly(facts.state)) return undefined;
  return unreachable(facts) ?? authentication(facts) ?? deafConnection(facts) ?? refusal(facts);
}

function unreachable(facts: Facts): Finding | undefined {
  const { remote, remote_exists, remote_meta_runs } = facts.state;
  if (!remote_exists)
    return finding('blocked', 'remote', `there is no cluster ${remote} any more`, [removal(facts)]);
  if (remote_meta_runs) return undefined;
  const actions = [`pegsh -C ${remote} node start meta1`, `or ${removal(facts)}`];
  return finding('blocked', 'remote', `no meta server of cluster ${remote} runs`, actions);
}

function authentication(facts: Facts): Finding | undefined {
  const { cluster, state } = facts;
  const { remote } = state;
  if (!state.remote_demands_auth || state.local_has_auth) return undefined;
  const reason = `${remote} demands authentication and drops what comes without; ${cluster} gives none`;
  return finding('blocked', 'remote', reason, [
    `pegsh cluster config ${remote} security.mandatory_auth false`,
    restartLeader(facts, remote),
    `or pegsh cluster config ${cluster} security.enable_auth true, then restart the servers of ${cluster}`,
    `or ${removal(facts)}`,
  ]);
}

function deafConnection(facts: Facts): Finding | undefined {
  const { cluster, state } = facts;
  if (!state.is_deaf) return undefined;
  const { remote } = state;
  const reason = `${remote} lets ${cluster} in, but the connection is from before: its replies do not arrive`;
  return finding('blocked', 'remote', reason, [
    restartLeader(facts, remote),
    `or ${restartLeader(facts, cluster)}`,
  ]);
}

/** Why the remote meta server refuses to make the follower table (duplication.md 2.8). */
function refusal(facts: Facts): Finding | undefined {
  const { state } = facts;
  if (state.status !== 'DS_PREPARE' || state.error_code === '') return undefined;
  const { remote, remote_app_name: table, error_code: code } = state;
  const again = `or ${removal(facts)}, and add it with another -a NAME`;
  const known: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    ERR_APP_EXIST: [
      `${remote} has a table ${table} that is not this duplication's`,
      [`pegsh -C ${remote} drop ${table}`, again],
    ],
    ERR_INVALID_STATE: [
      `${remote} has a table ${table} of an older duplication`,
      [`pegsh -C ${remote} drop ${table}`, again],
    ],
    ERR_INVALID_PARAMETERS: [
      `${remote} cannot make ${table} with as many replicas`,
      [`pegsh -C ${remote} node list`, `or ${removal(facts)}, and add it with another -r COUNT`],
    ],
    ERR_STATE_FREEZED: [
      `too few replica servers of ${remote} are alive to make a table`,
      [`pegsh -C ${remote} node list`],
    ],
    ERR_BUSY_DROPPING: [`${remote} is still dropping a table ${table}`, [`pegsh -C ${remote} ls -a`]],
    ERR_BUSY_CREATING: [`${remote} is still making a table ${table}`, [`pegsh -C ${remote} ls -a`]],
  };
  const [reason, actions] = known[code] ?? [
    `${remote} does not make the follower table: ${code}`,
    [`pegsh -C ${remote} node list`, `or ${removal(facts)}`],
  ];
  return finding('blocked', 'remote', reason, actions);
}

/** What the follower table lacks before anything is shipped to it. */
export function followerNotReady(facts: Facts): Finding | undefined {
  const { state, ageMs } = facts;
  if (state.status !== 'DS_APP') return undefined;
  const { follower, remote, remote_app_name: table } = state;
  const startOver = [
    removal(facts),
    `pegsh -C ${remote} drop ${table}`,
    `pegsh -C ${facts.cluster} add_dup ${state.app_name} ${remote} -s -a ${table}`,
  ];
  if (!follower.exists) {
    return finding('blocked', 'remote', `${remote} has no table ${table} any more`, [
      startOver[0] as string,
      startOver[2] as string,
    ]);
  }
  if (follower.partition_count !== state.partitions.length) {
    const reason = `${remote}/${table} has ${follower.partition_count} partitions, ${state.app_name} has ${state.partitions.length}`;
    return finding('blocked', 'remote', reason, startOver);
  }
  const copied = follower.partition_count - follower.without_primary;
  if (follower.without_primary > 0) {
    const error = follower.copy_error === '' ? '' : `; the last attempt ended with ${follower.copy_error}`;
    const reason = `${remote} has copied ${copied} of ${follower.partition_count} checkpoints${error}`;
    return finding(
      ageMs < COPY_MS ? 'moving' : 'blocked',
      'remote',
      reason,
      ageMs < COPY_MS ? [] : [`pegsh -C ${remote} node list`],
    );
  }
  if (follower.not_full > 0 && ageMs >= COPY_MS) {
    const reason = `${follower.not_full} partitions of ${remote}/${table} lack secondaries`;
    return finding('blocked', 'remote', reason, [`pegsh -C ${remote} node list`]);
  }
  return finding(
    'moving',
    'remote',
    'the follower table is there; shipping begins when all its partitions are ready',
    [],
  );
}
