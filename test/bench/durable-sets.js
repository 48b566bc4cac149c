// Microseconds from a `set` line on a program's stdin to its answer, the median of lines that each wait for the one before,
// as JSON: `durable-sets.js LINES PROGRAM…`, the program pegsh or what answers as it does.
import { spawn } from 'node:child_process';

const [, , lines, ...program] = process.argv;
const child = spawn(process.execPath, program, { stdio: ['pipe', 'pipe', 'inherit'] });

/** The answer of a command of the C++ shell that writes ends with who gave it. */
async function answered(line, end = /\nserver +: .*\n$/) {
  child.stdin.write(`${line}\n`);
  let told = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    told += chunk;
    if (end.test(told)) return;
  }
  throw new Error(`the program ended at ${line}: ${told}`);
}

await answered('use sets', /OK\n$/);
const times = [];
for (let at = 0; at < Number(lines); at++) {
  const start = performance.now();
  await answered(`set user${at} profile value-of-${at}`);
  times.push((performance.now() - start) * 1000);
}
child.stdin.end();
times.sort((a, b) => a - b);
process.stdout.write(`${JSON.stringify({ set: times[times.length >> 1] })}\n`);
