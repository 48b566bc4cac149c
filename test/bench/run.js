// `npm run bench`: each row beside its floor, runs interleaved, medians of whole processes. Nothing here is a test of
// right or wrong; it fails only when something does not run at all.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PEGSH = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const APPEND_LOOP = fileURLToPath(new URL('append-loop.js', import.meta.url));
const SET_LINES = 10_000;

const folder = mkdtempSync(join(tmpdir(), 'pegsh-bench-'));
const environment = { PATH: process.env.PATH, HOME: folder, NODE_ENV: 'production' };

/** Runs a whole process and returns its milliseconds. */
function run(args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, env: environment });
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  return ms;
}

function pegsh(...words) {
  return [PEGSH, '-w', join(folder, 'workspace'), ...words];
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Times `ours` and `floor` in turns, so that both see the same machine. */
function compare({ name, ours, floor, rounds }) {
  const times = { ours: [], floor: [] };
  for (let round = 0; round < rounds; round++) {
    times.floor.push(run(floor(round)));
    times.ours.push(run(ours(round)));
  }
  const [oursMs, floorMs] = [median(times.ours), median(times.floor)];
  return { name, oursMs, floorMs, ratio: oursMs / floorMs };
}

function prepareQueryDup() {
  run(pegsh('cluster', 'create', 'B'));
  run(pegsh('--dialect', 'cpp-shell', 'create', 'bench', '-p', '8'));
  run(pegsh('add_dup', 'bench', 'B'));
  run(pegsh('clock', 'advance', '1m'));
}

function prepareSets() {
  run(pegsh('--dialect', 'cpp-shell', 'create', 'sets', '-p', '8'));
  const sets = Array.from({ length: SET_LINES }, (_, at) => `set user${at} profile value-of-${at}`);
  writeFileSync(join(folder, 'append.txt'), `${sets.join('\n')}\n`);
  writeFileSync(join(folder, 'sets.pegsh'), `use sets\n${sets.join('\n')}\n`);
}

const ROWS = [
  {
    name: 'one-shot query_dup / node -e 0',
    rounds: 15,
    ours: () => pegsh('query_dup', 'bench'),
    floor: () => ['-e', '0'],
  },
  {
    name: `${SET_LINES} set lines in a script / bare append loop`,
    rounds: 5,
    ours: () => pegsh('run', join(folder, 'sets.pegsh')),
    floor: (round) => [APPEND_LOOP, join(folder, 'append.txt'), join(folder, `log.${round}`)],
  },
];

function show(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  process.stdout.write(`${''.padEnd(width)}      ours     floor   ratio\n`);
  for (const { name, oursMs, floorMs, ratio } of rows) {
    const cells = [`${oursMs.toFixed(0)} ms`, `${floorMs.toFixed(0)} ms`].map((cell) => cell.padStart(10));
    process.stdout.write(`${name.padEnd(width)}${cells.join('')}${ratio.toFixed(2).padStart(8)}\n`);
  }
}

try {
  prepareQueryDup();
  prepareSets();
  show(ROWS.map(compare));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
