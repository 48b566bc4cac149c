import type {
  ConfigurationRecoveryRequest,
  ConfigurationRecoveryResponse,
} from '../../rpc/idl/configuration.ts';
import { serverOf } from '../address.ts';
import type { AppRecord, Dropped, PartitionRecord } from '../documents/meta.ts';
import { CallFailure, callServer } from '../network.ts';
import { oncePerformed } from '../once-performed.ts';
import { announceChange } from '../replica/config-sync-timer.ts';
import type { ReplicaServer } from '../replica/replica-server.ts';
import { settling } from '../replica/settle.ts';
import { storedState } from '../replica/stored-state.ts';
import { type LongReply, UNANSWERED } from '../request.ts';
import { keepingSome, type Steps } from '../steps.ts';
import { compareDrops, DropHistory } from './drop-history.ts';
import type { MetaServer } from './meta-server.ts';
import { collectingTables } from './recovered-tables.ts';
import { DROPPED_FLAG, newPartition } from './tables.ts';

/** Who has a replica of a partition and in what state, by gpid; in the order in which they were asked. */
type Replicas = Map<string, Dropped[]>;

/** A partition as it was recovered, and whose replicas do not lead it. */
interface Recovered {
  readonly appId: number;
  readonly pidx: number;
  readonly partition: PartitionRecord;
  readonly others: readonly Dropped[];
}

/** What becomes of a recovery. */
interface Outcome {
  hints: string;
  isFatal: boolean;
  /** Whether the server lived to see its end. */
  isOver: boolean;
}

/**
 * `start_recovery`: a leader without any state makes it anew from what the replica servers have
 * (`server_state.cpp on_start_recovery`). Where they do not agree it dies of that, and nobody answers.
 */
export function startRecovery(
  meta: MetaServer,
  request: ConfigurationRecoveryRequest,
): ConfigurationRecoveryResponse | LongReply<ConfigurationRecoveryResponse | typeof UNANSWERED> {
  if (!meta.process.recovering) return { err: 'ERR_SERVICE_ALREADY_RUNNING', hint_message: '' };
  const outcome: Outcome = { hints: '', isFatal: false, isOver: false };
  const reply = () => ({
    err: outcome.isFatal ? 'ERR_TRY_AGAIN' : 'ERR_OK',
    hint_message: outcome.hints,
  });
  const servers = reach(meta, nodesOf(request), request.skip_bad_nodes, outcome);
  if (outcome.isFatal) return reply();
  meta.perform(recovering(meta, servers, request.skip_lost_partitions, outcome));
  return oncePerformed(meta.cluster.universe, () => (outcome.isOver ? reply() : UNANSWERED));
}

function* recovering(
  meta: MetaServer,
  servers: readonly ReplicaServer[],
  skipLost: boolean,
  outcome: Outcome,
): Steps {
  const apps = yield* collectingTables(meta, servers, outcome);
  const replicas = yield* collectingReplicas(servers);
  const partitions: Recovered[] = [];
  for (const app of apps) {
    for (let pidx = 0; pidx < app.partition_count; pidx++) {
      partitions.push(partitionOf(app, pidx, replicas, skipLost, outcome));
      yield;
    }
  }
  if (!outcome.isFatal) yield* storing(meta, apps, partitions);
  outcome.isOver = true;
}

function* storing(meta: MetaServer, apps: readonly AppRecord[], partitions: readonly Recovered[]): Steps {
  for (const app of apps) {
    meta.tree.saveApp(app);
    yield;
  }
  for (const { appId, pidx, partition, others } of partitions) {
    meta.tree.savePartition(appId, pidx, partition);
    new DropHistory(meta, appId, pidx).remember(others);
    yield;
  }
  yield* meta.takingUpService();
  announceChange(meta.cluster, 'all');
}

function nodesOf({ recovery_nodes, hp_recovery_nodes = [] }: ConfigurationRecoveryRequest): string[] {
  return recovery_nodes.map((address, index) => serverOf(hp_recovery_nodes[index], address));
}

/** Those of some servers that answer. */
function reach(
  meta: MetaServer,
  nodes: readonly string[],
  skipBad: boolean,
  outcome: Outcome,
): ReplicaServer[] {
  const reached: ReplicaServer[] = [];
  for (const node of nodes) {
    const server = meta.cluster.replicaServer(node);
    try {
      callServer(meta, server, () => reached.push(server as ReplicaServer));
    } catch (error) {
      if (!(error instanceof CallFailure)) throw error;
      const failed = `collect app and replica info from node(${node}) failed with err(${error.code})`;
      if (skipBad) outcome.hints += `WARNING: ${failed}, skip the bad node`;
      else outcome.hints += `ERROR: ${failed}, you can skip it by set skip_bad_nodes option`;
      outcome.isFatal ||= !skipBad;
    }
  }
  return reached;
}

function* collectingReplicas(servers: readonly ReplicaServer[]): Steps<Replicas> {
  const replicas: Replicas = new Map();
  for (const server of servers) yield* keepingSome(settling(server, server.tablesOnDisk()));
  for (const server of servers) yield* collecting(server, replicas);
  return replicas;
}

function* collecting(server: ReplicaServer, replicas: Replicas): Steps {
  const { node } = server;
  for (const appId of server.tablesOnDisk()) {
    for (const pidx of server.partitionsOnDisk(appId)) {
      const gpid = `${appId}.${pidx}`;
      const state = { node, time_us: 0, ...storedState(server, appId, pidx) };
      replicas.set(gpid, [...(replicas.get(gpid) ?? []), state]);
      yield;
    }
  }
}

/** The best replica leads, of equal ones that of the server that was asked first; the others have left, for all that is known. */
function partitionOf(
  app: AppRecord,
  pidx: number,
  replicas: Replicas,
  skipLost: boolean,
  outcome: Outcome,
): Recovered {
  const { app_id: appId, max_replica_count } = app;
  const fresh = newPartition(max_replica_count);
  if (app.status === 'AS_DROPPED')
    return { appId, pidx, partition: { ...fresh, partition_flags: DROPPED_FLAG }, others: [] };
  const known = replicas.get(`${appId}.${pidx}`) ?? [];
  const [best, ...others] = [...known].sort((a, b) => compareDrops(b, a));
  if (best === undefined) {
    outcome.hints += lostHint(appId, pidx, skipLost);
    outcome.isFatal ||= !skipLost;
    return { appId, pidx, partition: fresh, others };
  }
  const drops = others
    .slice(0, max_replica_count - 1)
    .map(({ node }) => node)
    .reverse();
  if (drops.length + 1 < max_replica_count) {
    const count = `${drops.length + 1}/${max_replica_count}`;
    outcome.hints += `WARNING: partition(${appId}.${pidx}) only collects ${count} of replicas, may lost data\n`;
  }
  const partition = { ...fresh, ballot: best.ballot, primary: best.node, last_drops: drops };
  return { appId, pidx, partition, others: others.toReversed() };
}

function lostHint(appId: number, pidx: number, skipLost: boolean): string {
  const lost = `partition(${appId}.${pidx}) has no replica collected`;
  return skipLost
    ? `WARNING: ${lost}, force recover the lost partition to empty\n`
    : `ERROR: ${lost}, you can force recover it by set skip_lost_partitions option\n`;
}
