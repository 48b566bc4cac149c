/** The reasons for which a duplication stays where it is, in the order in which they are looked for (duplication.md 7.2). */
import type { Facts, Finding } from './duplication-diagnose.ts';
import { finding, removal } from './duplication-finding.ts';
import { followerNotReady, remoteInTheWay } from './duplication-remote-rules.ts';

type Rule = (facts: Facts) => Finding | undefined;

/** Two duplication syncs, and some: by then every server has reported (duplication.md 4.1). */
const FIRST_SYNCS_MS = 30_000;

/** After so long without a checkpoint it does not come by itself any more (duplication.md 7.1). */
const STUCK_MS = 300_000;

const RULES: readonly Rule[] = [
  paused,
  primaryIsDown,
  nothingReported,
  checkpointMissing,
  remoteInTheWay,
  followerNotReady,
  shippingFails,
  shipping,
];

/** The first reason that applies; where none does, it goes on at the next sync. */
export function findingOf(facts: Facts): Finding {
  for (const rule of RULES) {
    const found = rule(facts);
    if (found !== undefined) return found;
  }
  return finding('moving', '', 'it goes on at the next duplication sync', []);
}

function paused(facts: Facts): Finding | undefined {
  const { cluster, state } = facts;
  if (state.status !== 'DS_PAUSE') return undefined;
  const start = `pegsh -C ${cluster} start_dup ${state.app_name} ${state.dupid}`;
  return finding('paused', '', 'it is paused: nothing is shipped, and the private logs grow', [start]);
}

function primaryIsDown(facts: Facts): Finding | undefined {
  const { cluster, state, servers } = facts;
  const partitions = state.partitions.filter((partition) => !partition.primary_is_alive);
  if (partitions.length === 0) return undefined;
  const down = [...servers.values()].filter(
    (server) => server.role === 'replica' && server.state !== 'running',
  );
  const start = down.map((server) => `pegsh -C ${cluster} node start ${server.name}`);
  const crashed = down.find((server) => server.state === 'crashed');
  const nodes = down.map((server) => server.node);
  if (crashed === undefined) {
    const actions = start.length > 0 ? start : [`pegsh -C ${cluster} wait healthy --table ${state.app_name}`];
    return {
      ...finding('blocked', 'source', 'these partitions have no primary that runs', actions, partitions),
      nodes,
    };
  }
  const times = crashed.crashes === 1 ? 'once' : `${crashed.crashes} times`;
  const reason = `${crashed.name} died on an assertion, ${times} so far: ${crashed.last_assertion}`;
  // A server that dies of this duplication dies again after every start while it is there (#2098).
  const actions = state.status === 'DS_PREPARE' ? [removal(facts), ...start] : start;
  return { ...finding('blocked', 'source', reason, actions, partitions), nodes };
}

function nothingReported({ cluster, state, ageMs }: Facts): Finding | undefined {
  if (state.status !== 'DS_PREPARE') return undefined;
  const partitions = state.partitions.filter((partition) => partition.stored_decree < 0);
  if (partitions.length === 0) return undefined;
  if (ageMs < FIRST_SYNCS_MS) {
    return finding(
      'moving',
      'source',
      'the replica servers have not reported yet: they sync every 10s',
      [],
      partitions,
    );
  }
  const reason = 'the replica servers do not report: they are cut off, or take no part in duplication';
  const actions = [
    `pegsh -C ${cluster} node list`,
    `pegsh cluster config ${cluster} replication.duplication_enabled`,
  ];
  return finding('blocked', 'source', reason, actions, partitions);
}

function checkpointMissing(facts: Facts): Finding | undefined {
  const { state, ageMs } = facts;
  if (state.status !== 'DS_PREPARE') return undefined;
  const partitions = state.partitions.filter((partition) => !partition.checkpoint_prepared);
  if (partitions.length === 0) return undefined;
  const unwritten = partitions.filter((one) => one.last_durable_decree < one.min_checkpoint_decree);
  if (ageMs < STUCK_MS) {
    const reason =
      unwritten.length > 0
        ? 'checkpoints are being written'
        : 'checkpoints are written, and count from the next sync on';
    return finding('moving', 'source', reason, [], partitions);
  }
  return finding(
    'blocked',
    'source',
    'the checkpoints that the follower is to copy do not get done',
    [removal(facts)],
    partitions,
  );
}

function shippingFails({ cluster, state }: Facts): Finding | undefined {
  if (state.status !== 'DS_LOG') return undefined;
  const partitions = state.partitions.filter((partition) => partition.ship_error !== '');
  if (partitions.length === 0) return undefined;
  const codes = [...new Set(partitions.map((partition) => partition.ship_error))].join(', ');
  const { remote, remote_app_name: table, follower } = state;
  const gone = `${remote} has no table ${table} any more`;
  const reason = follower.exists ? `${remote} does not take what is shipped: ${codes}` : gone;
  const look = [`pegsh -C ${remote} node list`, `pegsh -C ${remote} wait healthy --table ${table}`];
  const again = [
    `pegsh -C ${cluster} remove_dup ${state.app_name} ${state.dupid}`,
    `pegsh -C ${cluster} add_dup ${state.app_name} ${remote} -s -a ${table}`,
  ];
  return finding('blocked', 'remote', reason, follower.exists ? look : again, partitions);
}

function shipping({ state, ageMs }: Facts): Finding | undefined {
  if (state.status !== 'DS_LOG') return undefined;
  const unbuilt = state.partitions.filter((partition) => !partition.has_duplicator);
  if (unbuilt.length > 0 && ageMs < FIRST_SYNCS_MS) {
    return finding('moving', 'source', 'replicas begin to ship at their next sync', [], unbuilt);
  }
  const behind = state.partitions.filter(
    (partition) => partition.last_decree < partition.last_committed_decree,
  );
  if (behind.length === 0) return finding('ok', '', 'everything that is committed is shipped', []);
  const count = behind.reduce((sum, one) => sum + one.last_committed_decree - one.last_decree, 0);
  return finding('moving', 'source', `${count} mutations are still to be shipped`, [], behind);
}
