// `npm run torture -- [KILLS] [PROCESSES] [SECONDS]`: kills pegsh in the middle of a mixed workload, again and again, then
// lets several processes work in one workspace at once, and kills some of them, too. Fails when anything acknowledged is
// lost, or fsck finds an error. `TORTURE_SEED` chooses other workloads and other moments.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chanceOf, TorturedWorkspace } from './tortured-workspace.js';

const [kills = 2000, processes = 8, seconds = 300] = process.argv.slice(2).map(Number);
const seed = Number(process.env.TORTURE_SEED ?? 1);
const chance = chanceOf(seed);
const upTo = (limit) => Math.floor(chance() * limit);

const set = (key, value) => ({ line: `set ${key} s ${value}`, of: 'records', key, value });
const del = (key) => ({ line: `del ${key} s`, of: 'records', key, value: undefined });
const create = (key) => ({ line: `create table ${key} -p 2 -r 3`, of: 'tables', key, value: true });
const drop = (key) => ({ line: `drop ${key}`, of: 'tables', key, value: false });

/** What a burst is by chance: so many in a hundred, and the operations; `name` is new each time. */
const MIX = [
  [50, (name) => [set(name, name)]],
  [15, (name) => [set(`hot-${name.split('.')[0]}`, name)]],
  [10, (name) => [set(name, 'gone'), del(name)]],
  [5, (name) => [set(name, 'short'), { line: `clock advance ${1 + upTo(600)}s` }]],
  [5, (name) => [create(`t${name}`), { line: 'ls' }]],
  [6, (name) => [create(`d${name}`), drop(`d${name}`)]],
  [4, () => [{ line: `node restart replica${1 + upTo(3)}` }, { line: 'wait --for=healthy --table t' }]],
  [
    3,
    (name) => [
      { line: `snapshot save ${name.replace('.', '-')}` },
      { line: `snapshot remove ${name.replace('.', '-')} --yes` },
    ],
  ],
  [1, () => [{ line: 'clock advance 40m' }]],
  [1, () => [{ line: 'cluster config onebox replication.checkpoint_interval_seconds' }]],
];

const HUNDRED = MIX.flatMap(([share, operations]) => Array.from({ length: share }, () => operations));

function workload(name, length) {
  const bursts = Array.from({ length }, (_, at) => HUNDRED[upTo(100)](`${name}.${at}`));
  return [...bursts, [set(`${name}.end`, 'end')]];
}

/** Names of the records that a workload touches. */
const keysOf = (bursts) => [
  ...new Set(bursts.flat().flatMap(({ of, key }) => (of === 'records' ? [key] : []))),
];

/** Unchecked in between, what one killed process left is taken over by the next, which may be killed while it does so. */
const RUNS_PER_CHECK = 10;

/** When to kill: while it starts and takes over what is there, or in the middle of its work. */
const aMoment = () =>
  upTo(4) === 0 ? { answers: 0, ms: 30 + upTo(250) } : { answers: 1 + upTo(10), ms: upTo(12) };

async function killOneAfterAnother(workspace) {
  const hits = { killed: 0, journal: 0, torn: 0, temporary: 0 };
  const touched = new Set();
  for (let run = 1; run <= kills; run++) {
    const bursts = workload(`k${run}`, 30);
    for (const key of keysOf(bursts)) touched.add(key);
    if (await workspace.play(bursts, aMoment())) hits.killed++;
    for (const [what, isLeft] of Object.entries(workspace.leftovers())) if (isLeft) hits[what]++;
    if (run % RUNS_PER_CHECK > 0 && run < kills) continue;
    workspace.verify([...touched].filter((key) => workspace.records.has(key)));
    touched.clear();
    if (run % 100 > 0 && run < kills) continue;
    workspace.verify();
    report(
      `${run} runs, ${hits.killed} killed: ${hits.journal} left a journal to apply, ${hits.torn} half a record, ${hits.temporary} a temporary file`,
      workspace,
    );
  }
}

/** While one process restarts a server, what another one writes may be refused. */
const disturbsOthers = (burst) => burst.some(({ line }) => line.startsWith('node restart'));

async function killSomeAtOnce(workspace) {
  const end = Date.now() + seconds * 1000;
  let [runs, killed] = [0, 0];
  const work = async (id) => {
    for (let round = 0; Date.now() < end; round++) {
      const kill = round % 2 === 0 ? { answers: upTo(10), ms: upTo(12) } : undefined;
      const bursts = workload(`p${id}-${round}`, 15).filter((burst) => !disturbsOthers(burst));
      if (await workspace.play(bursts, kill)) killed++;
      runs++;
    }
  };
  await Promise.all(Array.from({ length: processes }, (_, id) => work(id)));
  workspace.verify();
  report(`${processes} processes at once for ${seconds} s, ${killed} of ${runs} killed`, workspace);
}

function report(what, { records }) {
  process.stdout.write(`${what}; ${records.size} records are as they were acknowledged, fsck is clean\n`);
}

const folder = mkdtempSync(join(tmpdir(), 'pegsh-torture-'));
let isSound = false;
try {
  const workspace = new TorturedWorkspace(join(folder, 'workspace'));
  await killOneAfterAnother(workspace);
  if (seconds > 0) await killSomeAtOnce(workspace);
  isSound = true;
} finally {
  if (isSound) rmSync(folder, { recursive: true });
  else process.stderr.write(`seed ${seed}: what is left is in ${folder}\n`);
}
