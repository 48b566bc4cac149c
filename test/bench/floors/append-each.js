// The floor under durable-sets.js without its pipes: microseconds of one append that is synced, as JSON: `append-each.js SCRIPT LOG LINES`.
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';

const [, , script, log, lines] = process.argv;

const file = openSync(log, 'a');
const times = [];
for (const line of readFileSync(script, 'utf8').split('\n').slice(0, Number(lines))) {
  const start = performance.now();
  const [, hashKey, sortKey, value] = line.split(' ');
  writeSync(file, `${JSON.stringify({ hashKey, sortKey, value })}\n`);
  fdatasyncSync(file);
  times.push((performance.now() - start) * 1000);
}
closeSync(file);
times.sort((a, b) => a - b);
process.stdout.write(`${JSON.stringify({ set: times[times.length >> 1] })}\n`);
