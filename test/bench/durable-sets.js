// Microseconds from a `set` line on pegsh's stdin to its answer, the median of lines that each wait for the one before,
// as JSON: `durable-sets.js RUN DIRECTORY TABLE LINES`.
import { spawn } from 'node:child_process';

const [, , pegsh, directory, table, lines] = process.argv;
const words = [pegsh, '-w', directory, '--dialect', 'cpp-shell'];
const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });

/** The answer of a command of the C++ shell that writes ends with who gave it. */
async function answered(line, end = /\nserver +: .*\n$/) {
  child.stdin.write(`${line}\n`);
  let told = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    told += chunk;
    if (end.test(told)) return;
  }
  throw new Error(`pegsh ended at ${line}: ${told}`);
}

await answered(`use ${table}`, /OK\n$/);
const times = [];
for (let at = 0; at < Number(lines); at++) {
  const start = performance.now();
  await answered(`set user${at} profile value-of-${at}`);
  times.push((performance.now() - start) * 1000);
}
child.stdin.end();
times.sort((a, b) => a - b);
process.stdout.write(`${JSON.stringify({ set: times[times.length >> 1] })}\n`);
