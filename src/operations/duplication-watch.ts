import type { ControlClient } from '../rpc/client/control.ts';
import type { DuplicationPartition, DuplicationState } from '../rpc/idl/control-duplication.ts';
import { type Diagnosis, diagnoseStates, type Verdict } from './duplication-diagnose.ts';

/** How far the follower is behind: committed on the source and not shipped yet. */
export interface Lag {
  readonly decrees: number;
  /** Age of the oldest of them. */
  readonly seconds: number;
  readonly bytes: number;
}

export interface PartitionSample extends Lag {
  readonly pidx: number;
  /** `host:port`; '' = none. */
  readonly primary: string;
  /** Decrees; -1 = not known. */
  readonly committed: number;
  readonly shipped: number;
  readonly confirmed: number;
  /** Why shipping fails; '' = it does not. */
  readonly error: string;
}

/** One duplication at one moment; its lag is the sum of its partitions', in seconds the longest. */
export interface Sample extends Lag {
  /** Milliseconds since the Unix epoch. */
  readonly time_ms: number;
  readonly table: string;
  readonly dupid: number;
  readonly remote: string;
  readonly remote_table: string;
  readonly status: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly partitions: readonly PartitionSample[];
}

/** Every duplication of a cluster, or of one table, by table and id. */
export async function sampleDuplications(
  control: ControlClient,
  cluster: string,
  table: string | undefined,
): Promise<Sample[]> {
  const { now_us, duplications } = await control.duplicationStates({
    cluster,
    with_lag: true,
    ...(table === undefined ? {} : { app_name: table }),
  });
  const diagnoses = await diagnoseStates(control, cluster, now_us, duplications);
  return duplications.map((state, at) => sampleOf(state, diagnoses[at] as Diagnosis, now_us));
}

function sampleOf(state: DuplicationState, { verdict, reason }: Diagnosis, nowUs: number): Sample {
  const partitions = state.partitions.map(partitionOf);
  return {
    time_ms: Math.floor(nowUs / 1000),
    table: state.app_name,
    dupid: state.dupid,
    remote: state.remote,
    remote_table: state.remote_app_name,
    status: state.status,
    verdict,
    reason,
    decrees: partitions.reduce((sum, one) => sum + one.decrees, 0),
    seconds: Math.max(0, ...partitions.map((one) => one.seconds)),
    bytes: partitions.reduce((sum, one) => sum + one.bytes, 0),
    partitions,
  };
}

function partitionOf(partition: DuplicationPartition): PartitionSample {
  const { last_committed_decree: committed, last_decree: shipped } = partition;
  return {
    pidx: partition.pidx,
    primary: partition.primary,
    committed,
    shipped,
    confirmed: partition.stored_decree,
    decrees: shipped < 0 ? Math.max(committed, 0) : Math.max(committed - shipped, 0),
    seconds: Math.round((partition.lag_us ?? 0) / 100_000) / 10,
    bytes: partition.lag_bytes ?? 0,
    error: partition.ship_error,
  };
}

/** What a watch can end with: a status, `caught-up`, or `blocked`. */
export function isReached(samples: readonly Sample[], goal: string): boolean {
  if (goal === 'blocked') return samples.some((sample) => sample.verdict === 'blocked');
  if (goal === 'DS_REMOVED') return samples.length === 0;
  if (samples.length === 0) return false;
  if (goal !== 'caught-up') return samples.every((sample) => sample.status === goal);
  return samples.every(
    (sample) => sample.status === 'DS_LOG' && sample.partitions.every((one) => one.shipped >= one.committed),
  );
}
