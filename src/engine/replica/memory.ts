import type { ReplicaDisk, ReplicaMemory } from '../documents/replica.ts';

/** The disk of a replica that was just created. */
export function emptyDisk(app: {
  app_name: string;
  partition_count: number;
  max_replica_count: number;
}): ReplicaDisk {
  return {
    app_name: app.app_name,
    partition_count: app.partition_count,
    max_replica_count: app.max_replica_count,
    duplicating: false,
    init_ballot: 0,
    init_durable_decree: 0,
    last_flushed_decree: 0,
    last_durable_decree: 0,
    checkpoints: [],
    plog: [],
    max_plog_decree: 0,
    min_checkpoint_decrees: {},
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
    envs: {},
    last_committed_decree: committed,
    last_prepared_decree: Math.max(committed, disk.max_plog_decree),
    last_prepare_us: nowUs,
    group_check_start_us: nowUs,
    duplication_master: disk.duplicating,
    primary_confirmed_decree: -1,
    checkpoint_timer_us: Number.MAX_SAFE_INTEGER,
    last_timestamp_us: 0,
    duplicators: {},
  };
}
