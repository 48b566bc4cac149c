// The floor under 10,000 `set` lines: the same lines read, one record appended for each, answers held back and the
// file synced by the same policy as pegsh's (src/shell/held-output.ts): at most 20 ms after the first one held.
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';

const [, , script, log] = process.argv;
const HELD_MS = 20;

const fd = openSync(log, 'a');
let held = '';
let heldSince = 0;

function settle() {
  fdatasyncSync(fd);
  process.stdout.write(held);
  held = '';
}

for (const line of readFileSync(script, 'utf8').split('\n')) {
  if (line === '') continue;
  const [, hashKey, sortKey, value] = line.split(' ');
  writeSync(fd, `${JSON.stringify({ hashKey, sortKey, value })}\n`);
  if (held === '') heldSince = performance.now();
  held += 'OK\n';
  if (performance.now() - heldSince >= HELD_MS) settle();
}
settle();
closeSync(fd);
