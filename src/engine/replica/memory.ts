import type { ReplicaDisk, ReplicaMemory } from '../documents/replica.ts';

type Table = Pick<ReplicaDisk, 'app_name' | 'partition_count' | 'max_replica_count'>;

/**
 * The disk of a replica that was just created. It is no spread of another object: to such a one V8 adds members at a
 * hundred times the cost.
 */
export function emptyDisk(
  { app_name, partition_count, max_replica_count }: Table,
  duplicating: boolean,
  disk_tag: string | undefined,
): ReplicaDisk {
  return {
    app_name,
    partition_count,
    max_replica_count,
    duplicating,
    init_ballot: 0,
    init_durable_decree: 0,
    last_flushed_decree: 0,
    last_durable_decree: 0,
    checkpoints: [],
    plog: [],
    plog_bytes: 0,
    max_plog_decree: 0,
    min_checkpoint_decrees: {},
    disk_tag,
  };
}

/** The memory of a replica that was just opened, inactive until the meta server says what it is. */
export function openedMemory(
  disk: ReplicaDisk,
  ballot: number,
  committed: number,
  nowUs: number,
): ReplicaMemory {
  return {
    status: 'PS_INACTIVE',
    transient: true,
    initializing: true,
    ballot,
    primary: '',
    secondaries: [],
    envs: undefined,
    first_envs: undefined,
    last_committed_decree: committed,
    last_prepared_decree: Math.max(committed, disk.max_plog_decree),
    last_prepare_us: nowUs,
    group_check_start_us: nowUs,
    opened_us: nowUs,
    duplication_master: disk.duplicating,
    atomic_idempotent: disk.atomic_idempotent === 1,
    primary_confirmed_decree: -1,
    checkpoint_timer_us: Number.MAX_SAFE_INTEGER,
    last_timestamp_us: 0,
    duplicators: {},
  };
}
