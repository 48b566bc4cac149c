// The floor under a table's creation: what the meta server keeps of it, as one indented document, written with two syncs.
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const [, , path, partitions] = process.argv;

const document = {};
for (let pidx = 0; pidx < Number(partitions); pidx++) {
  document[pidx] = {
    ballot: 3,
    max_replica_count: 3,
    primary: 'localhost:34801',
    secondaries: ['localhost:34802', 'localhost:34803'],
    last_drops: [],
    last_committed_decree: 0,
    partition_flags: 0,
  };
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
