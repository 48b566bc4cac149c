// Microseconds from the start of `pegsh serve` until the first set and get are answered, as JSON: `first-answer.js RUN
// DIRECTORY`.
import { primaryAmong, serve } from './process.js';

const [, , pegsh, directory] = process.argv;
const start = performance.now();
const { child, replicas } = await serve(pegsh, directory);
await primaryAmong(replicas);
const firstAnswer = (performance.now() - start) * 1000;
child.kill('SIGKILL');
process.stdout.write(`${JSON.stringify({ firstAnswer })}\n`, () => process.exit(0));
