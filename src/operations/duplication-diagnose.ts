import type { ControlClient } from '../rpc/client/control.ts';
import type { FaultState, NodeState } from '../rpc/idl/control.ts';
import type {
  DuplicationPartition,
  DuplicationState,
  OverdueRemoval,
} from '../rpc/idl/control-duplication.ts';
import { isEarly, removal } from './duplication-finding.ts';
import { findingOf } from './duplication-rules.ts';
import { faultBetween } from './fault-between.ts';

/** `ok`: nothing to do; `moving`: goes on by itself; `paused`: held on purpose; `blocked`: somebody has to act. */
export type Verdict = 'ok' | 'moving' | 'paused' | 'blocked';

/** Why a duplication is where it is. */
export interface Finding {
  readonly verdict: Verdict;
  /** On which side the reason lies; '' where there is none. */
  readonly side: 'source' | 'remote' | '';
  readonly reason: string;
  /** Partitions that the reason is about. */
  readonly partitions: readonly number[];
  /** Servers that the reason is about. */
  readonly nodes: readonly string[];
  /** What would move it on, as commands; alternatives begin with `or `. */
  readonly actions: readonly string[];
}

export interface Diagnosis extends Finding {
  readonly table: string;
  readonly dupid: number;
  readonly status: string;
  readonly remote: string;
  readonly remote_table: string;
  /** When it came into its status, in milliseconds since the Unix epoch. */
  readonly since_ms: number;
  /** Partitions whose checkpoint the follower may copy. */
  readonly prepared: number;
  readonly partition_count: number;
  /** What each side holds of each partition: RAM beside disk. Decrees are -1 where there is none. */
  readonly decrees: readonly Decrees[];
  /** The last failed attempt to move on; only the meta server's log tells of it. */
  readonly error: {
    readonly step: string;
    readonly code: string;
    readonly at_ms: number;
    readonly attempts: number;
    readonly log_line: string;
  } | null;
}

/** A duplication that did not ship in time, and was removed for that. */
export interface Removal {
  readonly table: string;
  readonly dupid: number;
  readonly remote: string;
  readonly remote_table: string;
  /** When, in milliseconds since the Unix epoch. */
  readonly at_ms: number;
  readonly limit_ms: number;
  /** What would bring it back, as commands. */
  readonly actions: readonly string[];
}

export interface Decrees {
  readonly pidx: number;
  /** `host:port`; '' = none. */
  readonly primary: string;
  /** RAM of the primary. */
  readonly committed: number;
  /** Its newest checkpoint, on disk. */
  readonly durable: number;
  /** What a checkpoint has to cover, in RAM. */
  readonly wanted: number;
  /** RAM of the primary: shipped, and known to be stored. */
  readonly shipped: number;
  readonly confirmed: number;
  /** On the meta server's disk. */
  readonly stored: number;
  /** RAM of the meta server: whether the checkpoint counts. */
  readonly prepared: boolean;
  /** Why shipping fails; '' = it does not. */
  readonly error: string;
}

/** What is known of one duplication. */
export interface Facts {
  readonly cluster: string;
  readonly state: DuplicationState;
  /** The source cluster's servers by address, with the assertion on which one died last. */
  readonly servers: ReadonlyMap<string, Server>;
  /** The clusters of the workspace, by name. */
  readonly clusters: ReadonlyMap<string, KnownCluster>;
  /** What the source cluster's configuration says; '' = nothing. */
  setting(key: string): string;
  /** What is injected, and the first of it that is between the two. */
  readonly faults: readonly FaultState[];
  readonly fault: FaultState | undefined;
  /** Microseconds since the Unix epoch. */
  readonly nowUs: number;
  /** How long it has been in its status, in milliseconds. */
  readonly ageMs: number;
  /** Whether it takes longer to begin shipping than its cluster allows. */
  readonly isOverdue: boolean;
}

/** Servers by their short names. */
export interface KnownCluster {
  /** Which meta server leads. */
  readonly leader: string;
  readonly replicas: readonly string[];
}

export interface Server extends NodeState {
  readonly last_assertion: string;
}

const ORDER: readonly Verdict[] = ['blocked', 'moving', 'paused', 'ok'];

/** Diagnoses every duplication of a cluster, or of one table; blocked ones first. */
export async function diagnoseDuplications(
  control: ControlClient,
  cluster: string,
  table: string | undefined,
): Promise<{ now_ms: number; duplications: Diagnosis[]; removed: Removal[] }> {
  const request = table === undefined ? { cluster } : { cluster, app_name: table };
  const { now_us, duplications, overdue_removals } = await control.duplicationStates(request);
  const diagnoses = await diagnoseStates(control, cluster, now_us, duplications);
  diagnoses.sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  return {
    now_ms: Math.floor(now_us / 1000),
    duplications: diagnoses,
    removed: overdue_removals.map((removal) => removalOf(cluster, removal)),
  };
}

function removalOf(
  cluster: string,
  { app_name: table, at_us, limit_us, ...removal }: OverdueRemoval,
): Removal {
  const { dupid, remote, remote_app_name: remote_table } = removal;
  return {
    table,
    dupid,
    remote,
    remote_table,
    at_ms: Math.floor(at_us / 1000),
    limit_ms: limit_us / 1000,
    actions: [
      `pegsh -C ${cluster} dup preflight ${remote} --table ${table}`,
      `pegsh -C ${cluster} add_dup ${table} ${remote} -s -a ${remote_table}`,
    ],
  };
}

/** The verdicts on what was seen of each duplication, in the same order. */
export async function diagnoseStates(
  control: ControlClient,
  cluster: string,
  nowUs: number,
  states: readonly DuplicationState[],
): Promise<Diagnosis[]> {
  if (states.length === 0) return [];
  const servers = await serversOf(control, cluster);
  const clusters = await clustersOf(control);
  const setting = await settingsOf(control, cluster);
  const { faults } = await control.listFaults({});
  return states.map((state) =>
    diagnose({
      cluster,
      state,
      servers,
      clusters,
      setting,
      faults,
      fault: faultBetween(faults, cluster, state.remote),
      nowUs,
      ageMs: (nowUs - state.since_us) / 1000,
      isOverdue: state.limit_us > 0 && isEarly(state) && nowUs - state.created_us > state.limit_us,
    }),
  );
}

/** The verdict on one duplication. */
export function diagnose(facts: Facts): Diagnosis {
  const { state } = facts;
  return {
    ...(facts.isOverdue ? overdue(facts) : findingOf(facts)),
    table: state.app_name,
    dupid: state.dupid,
    status: state.status,
    remote: state.remote,
    remote_table: state.remote_app_name,
    since_ms: Math.floor(state.since_us / 1000),
    prepared: state.partitions.filter((partition) => partition.checkpoint_prepared).length,
    partition_count: state.partitions.length,
    decrees: state.partitions.map(decreesOf),
    error: errorOf(state),
  };
}

function decreesOf(partition: DuplicationPartition): Decrees {
  return {
    pidx: partition.pidx,
    primary: partition.primary,
    committed: partition.last_committed_decree,
    durable: partition.last_durable_decree,
    wanted: partition.min_checkpoint_decree,
    shipped: partition.last_decree,
    confirmed: partition.confirmed_decree,
    stored: partition.stored_decree,
    prepared: partition.checkpoint_prepared,
    error: partition.ship_error,
  };
}

/** Over its limit it is blocked, whatever it still hopes for. */
function overdue(facts: Facts): Finding {
  const { actions, ...found } = findingOf(facts);
  const limit = `not shipping within its limit of ${facts.state.limit_us / 1_000_000} s`;
  const way = removal(facts);
  const others = actions.some((action) => action.endsWith(way)) ? actions : [...actions, `or ${way}`];
  return { ...found, verdict: 'blocked', reason: `${limit}: ${found.reason}`, actions: others };
}

/** An error of a step that is behind us tells nothing any more. */
function errorOf(state: DuplicationState): Diagnosis['error'] {
  if (state.error_code === '' || state.error_us < state.since_us) return null;
  return {
    step: state.error_step,
    code: state.error_code,
    at_ms: Math.floor(state.error_us / 1000),
    attempts: state.attempts,
    log_line: state.error_log_line,
  };
}

async function serversOf(control: ControlClient, cluster: string): Promise<Map<string, Server>> {
  const { nodes } = await control.listNodes({ name: cluster });
  const servers = new Map<string, Server>();
  for (const node of nodes) {
    const crashes = node.crashes === 0 ? [] : (await control.showNode({ cluster, node: node.node })).crashes;
    servers.set(node.node, { ...node, last_assertion: crashes.at(-1)?.assertion ?? '' });
  }
  return servers;
}

async function settingsOf(control: ControlClient, name: string): Promise<(key: string) => string> {
  const { rows } = await control.getConfig({ name });
  const values = new Map(rows.map(({ key, value }) => [key, value]));
  return (key) => values.get(key) ?? '';
}

async function clustersOf(control: ControlClient): Promise<Map<string, KnownCluster>> {
  const { clusters } = await control.listClusters({});
  return new Map(
    clusters.map(({ name, metas, leader, replicas }) => [
      name,
      {
        // Where none leads, the first is as good as any to be started.
        leader: `meta${Math.max(metas.indexOf(leader), 0) + 1}`,
        replicas: replicas.map((_, at) => `replica${at + 1}`),
      },
    ]),
  );
}
