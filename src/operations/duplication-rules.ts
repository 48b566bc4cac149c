/** The reasons for which a duplication stays where it is, in the order in which they are looked for. */
import type { Facts, Finding } from './duplication-diagnose.ts';
import {
  bytesText,
  finding,
  giveIds,
  removal,
  restartAll,
  startOver,
  storageSilent,
  whenMinutesHavePassed,
} from './duplication-finding.ts';
import { followerNotReady, remoteInTheWay, unequalPartitions } from './duplication-remote-rules.ts';
import {
  logUnreadable,
  mutationsLost,
  shipping,
  shippingFails,
  startNotConfirmed,
  unstored,
} from './duplication-shipping-rules.ts';

type Rule = (facts: Facts) => Finding | undefined;

/** Two duplication syncs, and some: by then every server has reported. */
const FIRST_SYNCS_MS = 30_000;

/** After so long without a checkpoint it does not come by itself any more. */
const STUCK_MS = 300_000;

const RULES: readonly Rule[] = [
  notEnabled,
  dropped,
  paused,
  primaryIsDown,
  splitSince,
  nothingReported,
  checkpointMissing,
  remoteInTheWay,
  unequalPartitions,
  followerNotReady,
  logUnreadable,
  shippingFails,
  startNotConfirmed,
  unstored,
  mutationsLost,
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

function notEnabled(facts: Facts): Finding | undefined {
  const { cluster, state } = facts;
  if (state.is_enabled) return undefined;
  const reason =
    'duplication_enabled is false: servers take no part, every request gets ERR_SERVICE_NOT_ACTIVE';
  return finding('blocked', 'source', reason, [
    `pegsh cluster config ${cluster} replication.duplication_enabled true`,
    restartAll(facts),
  ]);
}

function dropped({ cluster, state }: Facts): Finding | undefined {
  if (!state.is_dropped) return undefined;
  const reason = 'its table is dropped; recalled, it goes on with what is stored of its progress';
  return finding('paused', 'source', reason, [`pegsh -C ${cluster} recall ${state.app_id}`]);
}

function paused({ cluster, state, ageMs }: Facts): Finding | undefined {
  if (state.status !== 'DS_PAUSE') return undefined;
  const start = `pegsh -C ${cluster} start_dup ${state.app_name} ${state.dupid}`;
  const held = state.partitions.reduce((sum, partition) => sum + partition.plog_bytes, 0);
  const since = whenMinutesHavePassed(ageMs);
  const reason = `it is paused: nothing is shipped, and private logs are held (${bytesText(held)} on the primaries${since})`;
  return finding('paused', '', reason, [start]);
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
  const actions = afterAssertion(facts, crashed.last_assertion, start);
  return { ...finding('blocked', 'source', reason, actions, partitions), nodes };
}

/** What a server says that cannot ship to a cluster as its own is configured. */
const WRONG_CONFIGURATION = [
  'invalid remote cluster',
  'remote cluster should not be myself',
  'meta_servers.size() > 0',
];

/** What has to be done before a server that died may be started again. */
function afterAssertion(facts: Facts, assertion: string, start: readonly string[]): string[] {
  const { cluster, state } = facts;
  const { remote } = state;
  if (assertion.includes('accidentally truncated')) return [...startOver(facts), ...start];
  if (assertion.includes('request cluster id is unconfigured') || assertion.includes('self-duplicating')) {
    return [
      `pegsh -C ${cluster} pause_dup ${state.app_name} ${state.dupid}`,
      ...giveIds(facts),
      ...start,
      `pegsh -C ${cluster} start_dup ${state.app_name} ${state.dupid}`,
    ];
  }
  if (WRONG_CONFIGURATION.some((text) => assertion.includes(text)))
    return [`pegsh -C ${cluster} dup preflight ${remote}, and mend what it says of ${cluster}`, ...start];
  // A server that dies of this duplication dies again after every start while it is there (#2098).
  return state.status === 'DS_PREPARE' ? [removal(facts), ...start] : [...start];
}

function splitSince(facts: Facts): Finding | undefined {
  const partitions = facts.state.partitions.filter((partition) => partition.is_untracked === true);
  if (partitions.length === 0) return undefined;
  const reason =
    'a split has added these partitions since: nothing that is written to them is duplicated (D7)';
  return finding('blocked', 'source', reason, startOver(facts), partitions);
}

function nothingReported(facts: Facts): Finding | undefined {
  const { cluster, state, ageMs } = facts;
  if (state.status !== 'DS_PREPARE') return undefined;
  const partitions = state.partitions.filter((partition) => partition.stored_decree < 0);
  if (partitions.length === 0) return undefined;
  if (ageMs < FIRST_SYNCS_MS) {
    const reason = 'the replica servers have not reported yet: they sync every 10s';
    return finding('moving', 'source', reason, [], partitions);
  }
  const [reason, actions] = storageSilent(facts, cluster) ?? [
    'the replica servers do not report: they are cut off, or take no part in duplication',
    [
      `pegsh -C ${cluster} node list`,
      'pegsh fault list',
      `pegsh cluster config ${cluster} replication.duplication_enabled`,
    ],
  ];
  return finding('blocked', 'source', reason, actions, partitions);
}

function checkpointMissing(facts: Facts): Finding | undefined {
  const { cluster, state, ageMs } = facts;
  if (state.status !== 'DS_PREPARE') return undefined;
  const partitions = state.partitions.filter((partition) => !partition.checkpoint_prepared);
  if (partitions.length === 0) return undefined;
  const unwritten = partitions.filter((one) => one.last_durable_decree < one.min_checkpoint_decree);
  const short = unwritten.filter((one) => one.members < state.write_minimum);
  if (short.length > 0 && ageMs >= FIRST_SYNCS_MS) {
    const reason = `too few members to write: ${state.write_minimum} are needed (mutation_2pc_min_replica_count)`;
    const actions = [
      `pegsh -C ${cluster} node list`,
      `pegsh -C ${cluster} wait healthy --table ${state.app_name}`,
    ];
    return finding('blocked', 'source', reason, actions, short);
  }
  if (ageMs < STUCK_MS) {
    const reason =
      unwritten.length > 0
        ? 'checkpoints are being written'
        : 'checkpoints are written, and count from the next sync on';
    return finding('moving', 'source', reason, [], partitions);
  }
  const reason = 'the checkpoints that the follower is to copy do not get done';
  return finding('blocked', 'source', reason, ['pegsh fault list', `or ${removal(facts)}`], partitions);
}
