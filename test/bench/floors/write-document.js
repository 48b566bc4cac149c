// The floor under a table's creation: what is kept of it, as one indented document, written with two syncs: of each
// partition its configuration, and of each replica what its server has on disk and in memory.
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const [, , path, partitions] = process.argv;
const NODES = ['localhost:34801', 'localhost:34802', 'localhost:34803'];

const document = { partitions: {}, disks: {}, memories: {} };
for (let pidx = 0; pidx < Number(partitions); pidx++) {
  const [primary, ...secondaries] = NODES.map((_, at) => NODES[(pidx + at) % NODES.length]);
  document.partitions[pidx] = {
    ballot: 3,
    max_replica_count: 3,
    primary,
    secondaries,
    last_drops: [],
    last_committed_decree: 0,
    partition_flags: 0,
  };
  for (const node of NODES) {
    document.disks[`${node}/${pidx}`] = {
      app_name: 'big',
      partition_count: 1024,
      max_replica_count: 3,
      duplicating: false,
      init_ballot: 3,
      init_durable_decree: 0,
      last_flushed_decree: 0,
      last_durable_decree: 0,
      checkpoints: [],
      plog: [],
      max_plog_decree: 0,
      min_checkpoint_decrees: {},
      disk_tag: 'default',
      usage_scenario: 'normal',
      create_second: 1767225601,
      atomic_idempotent: 0,
    };
    document.memories[`${node}/${pidx}`] = {
      status: node === primary ? 'PS_PRIMARY' : 'PS_SECONDARY',
      transient: false,
      ballot: 3,
      primary,
      secondaries,
      envs: {},
      last_committed_decree: 0,
      last_prepared_decree: 0,
      last_prepare_us: 1767225610000000,
      group_check_start_us: 1767225610000000,
      duplication_master: false,
      primary_confirmed_decree: -1,
      checkpoint_timer_us: 1767229810000000,
      last_timestamp_us: 0,
      duplicators: {},
      atomic_idempotent: false,
    };
  }
}

function synced(name, flags, use) {
  const file = openSync(name, flags);
  use(file);
  fsyncSync(file);
  closeSync(file);
}

synced(`${path}.tmp`, 'w', (file) => writeSync(file, JSON.stringify(document, null, 2)));
renameSync(`${path}.tmp`, path);
synced(dirname(path), 'r', () => {});
