// `npm run torture -- [KILLS] [PROCESSES] [SECONDS]`: kills pegsh in the middle of a mixed workload, again and again, then
// lets several processes work in one workspace at once. Fails when anything acknowledged is lost, or fsck finds an error.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PEGSH = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
const LINES_A_RUN = 60;
const [kills = 2000, processes = 8, seconds = 300] = process.argv.slice(2).map(Number);

const folder = mkdtempSync(join(tmpdir(), 'pegsh-torture-'));
const workspace = join(folder, 'workspace');
/** What was acknowledged, by hash key. */
const acknowledged = new Map();
let killed = 0;

function args(...words) {
  return [PEGSH, '-w', workspace, ...words];
}

function pegsh(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args(...words), {
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`pegsh ${words.join(' ')} ended with ${status}: ${stderr}${stdout}`);
  return stdout;
}

/** Lines of one run: writes, and now and then something that changes the cluster. */
function workload(name) {
  const lines = ['use t'];
  for (let at = 0; at < LINES_A_RUN; at++) {
    lines.push(`set ${name}-${at} s v${at}`);
    if (at % 15 === 7) lines.push('--dialect cpp-shell ls', 'clock advance 3s');
    if (at % 20 === 11) lines.push('node restart replica3', 'wait --for=healthy --table t');
  }
  return lines;
}

/** When a process is killed: after so many answers, or so many milliseconds; by default it is left alone. */
const NEVER = { answers: Number.POSITIVE_INFINITY, ms: undefined };

function answersIn(text) {
  return text.split('\n').filter((line) => line === 'OK').length;
}

/** Types the lines into a pegsh, and remembers what it answers with OK. */
function type(name, kill = NEVER) {
  const child = spawn(process.execPath, args(), {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let text = '';
  let told = '';
  child.stdout.on('data', (bytes) => {
    text += bytes;
    if (answersIn(text) >= kill.answers) child.kill('SIGKILL');
  });
  child.stderr.on('data', (bytes) => {
    told += bytes;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(`${workload(name).join('\n')}\n`);
  const timer = kill.ms === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), kill.ms);
  return new Promise((resolve, reject) => {
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') killed++;
      else if (code !== 0) return reject(new Error(`ended with ${code}: ${told}`));
      for (let at = 0; at < answersIn(text); at++) acknowledged.set(`${name}-${at}`, `v${at}`);
      return resolve();
    });
  });
}

function verify(when) {
  pegsh('fsck');
  const keys = [...acknowledged.keys()];
  for (let from = 0; from < keys.length; from += 500) {
    const part = keys.slice(from, from + 500);
    const out = pegsh('-c', ['use t', ...part.map((key) => `exist ${key} s`)].join('; '));
    const found = out.split('\n').filter((line) => line === 'True').length;
    if (found !== part.length)
      throw new Error(`${when}: ${part.length - found} acknowledged records are lost`);
  }
  process.stdout.write(`${when}: ${keys.length} acknowledged records are there, fsck is clean\n`);
}

try {
  pegsh('init');
  pegsh('-c', 'create table t -p 4 -r 3; wait --for=healthy --table t');
  for (let run = 0; run < kills; run++) {
    const chance = (run * 7919) % 1000;
    const isEarly = run % 5 === 0;
    await type(
      `k${run}`,
      isEarly ? { ...NEVER, ms: chance } : { ...NEVER, answers: 1 + (chance % LINES_A_RUN) },
    );
    if (run % 100 === 99) verify(`${run + 1} runs, ${killed} killed`);
  }
  verify(`${kills} runs, ${killed} killed`);
  const end = Date.now() + seconds * 1000;
  const worker = async (id) => {
    for (let round = 0; Date.now() < end; round++) await type(`p${id}.${round}`);
  };
  if (seconds > 0) await Promise.all(Array.from({ length: processes }, (_, id) => worker(id)));
  verify(`${processes} processes for ${seconds} s`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
