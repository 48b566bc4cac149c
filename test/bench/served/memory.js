// Serves an empty folder and prints what the server holds after so many requests, in MiB, as JSON:
// `memory.js RUN DIRECTORY REQUESTS`. One in a hundred is a set, the others are gets.
import { execFileSync } from 'node:child_process';
import { drive } from './drive.js';
import { GET, PUT } from './frames.js';
import { primaryAmong, serve } from './process.js';

const CALLERS = 64;
const ROUND = 10_000;

const [, , pegsh, directory, requests] = process.argv;
const { child, replicas } = await serve(pegsh, directory);
const primary = await primaryAmong(replicas);
for (let sent = 0; sent < Number(requests); sent += ROUND) {
  await drive(primary, PUT, CALLERS, ROUND / 100, 0);
  await drive(primary, GET, CALLERS, ROUND, 0);
}
const kibibytes = Number(execFileSync('ps', ['-o', 'rss=', '-p', `${child.pid}`], { encoding: 'utf8' }));
child.kill('SIGKILL');
process.stdout.write(`${JSON.stringify({ memory: kibibytes / 1024 })}\n`);
