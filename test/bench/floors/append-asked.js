// The floor under durable-sets.js over the same pipes: appends each `set` line of stdin to LOG, syncs it and answers as pegsh
// does: `append-asked.js LOG`.
import { fdatasyncSync, openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const file = openSync(process.argv[2], 'a');
createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, hashKey, sortKey, value] = line.split(' ');
  if (command === 'set') {
    writeSync(file, `${JSON.stringify({ hashKey, sortKey, value })}\n`);
    fdatasyncSync(file);
  }
  process.stdout.write(
    command === 'use'
      ? 'OK\n'
      : 'OK\n\napp_id          : 1\npartition_index : 0\ndecree          : 1\nserver          : localhost:34801\n',
  );
});
