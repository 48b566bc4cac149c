// Serves an empty folder and prints what the server holds after so many requests, the median of some moments, in MiB, as JSON:
// `growth.js RUN DIRECTORY REQUESTS`. One in a hundred is a set, the others are gets.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { drive } from './drive.js';
import { GET, PUT } from './frames.js';
import { primaryAmong, serve } from './process.js';

const CALLERS = 64;
const ROUND = 10_000;
/** While nothing is asked: a collection of garbage may come at any time. */
const SAMPLES = 7;
const PAUSE_MS = 300;

const [, , pegsh, directory, requests] = process.argv;
const { child, replicas } = await serve(pegsh, directory);
const primary = await primaryAmong(replicas);
for (let sent = 0; sent < Number(requests); sent += ROUND) {
  await drive(primary, PUT, CALLERS, ROUND / 100, 0);
  await drive(primary, GET, CALLERS, ROUND, 0);
}
const samples = [];
while (samples.length < SAMPLES) {
  await sleep(PAUSE_MS);
  samples.push(Number(execFileSync('ps', ['-o', 'rss=', '-p', `${child.pid}`], { encoding: 'utf8' })));
}
child.kill('SIGKILL');
const median = samples.sort((a, b) => a - b)[SAMPLES >> 1];
process.stdout.write(`${JSON.stringify({ memory: median / 1024 })}\n`);
