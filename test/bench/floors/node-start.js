// The floor under served/first-answer.js, as JSON: microseconds of `node -e 0`, from its start to its end.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const start = performance.now();
await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'close');
const firstAnswer = (performance.now() - start) * 1000;
process.stdout.write(`${JSON.stringify({ firstAnswer })}\n`);
