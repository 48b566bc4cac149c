// The floor under 10,000 `set` lines: the same lines read, one record appended for each, answers held back until the file
// is synced, once for 64 of them.
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';

const [, , script, log] = process.argv;
const GROUP = 64;

const fd = openSync(log, 'a');
let held = '';
let count = 0;

function settle() {
  fdatasyncSync(fd);
  process.stdout.write(held);
  held = '';
  count = 0;
}

for (const line of readFileSync(script, 'utf8').split('\n')) {
  if (line === '') continue;
  const [, hashKey, sortKey, value] = line.split(' ');
  writeSync(fd, `${JSON.stringify({ hashKey, sortKey, value })}\n`);
  held += 'OK\n';
  count += 1;
  if (count === GROUP) settle();
}
settle();
closeSync(fd);
