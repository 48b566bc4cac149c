import { afterEach, beforeEach, expect, test } from 'vitest';
import { frameOf } from '../../../src/commands/pegsh/dup/watch-screen.ts';
import type { Sample } from '../../../src/operations/duplication-watch.ts';
import { createWorkspace } from '../../../src/testing.ts';

let workspace: Awaited<ReturnType<typeof createWorkspace>>;

beforeEach(async () => {
  workspace = await createWorkspace();
  for (const line of ['cluster create B', 'create table t -p 2 -r 1', 'add_dup t B -s'])
    await workspace.run(line);
});

afterEach(() => workspace.dispose());

async function samples(line: string) {
  const { stdout, stderr, exitCode } = await workspace.run(line);
  const lines = stdout.split('\n').slice(0, -1);
  return { samples: lines.map((text) => JSON.parse(text) as Sample), stderr, exitCode };
}

test('one line of JSON for each look, until what is waited for is there', async () => {
  const { samples: seen, exitCode } = await samples('dup watch t --until caught-up --interval 5s');
  expect(exitCode).toBe(0);
  const statuses = seen.map((sample) => sample.status);
  expect([...new Set(statuses)]).toEqual(['DS_PREPARE', 'DS_APP', 'DS_LOG']);
  expect(seen[1]!.time_ms - seen[0]!.time_ms).toBeGreaterThanOrEqual(5000);
  expect(seen.at(-1)).toMatchObject({ verdict: 'ok', decrees: 0, seconds: 0, bytes: 0 });
  expect(Object.keys(seen[0]!)).toEqual([
    'time_ms',
    'table',
    'dupid',
    'remote',
    'remote_table',
    'status',
    'verdict',
    'reason',
    'decrees',
    'seconds',
    'bytes',
    'partitions',
  ]);
  expect(Object.keys(seen[0]!.partitions[0]!)).toEqual([
    'pidx',
    'primary',
    'committed',
    'shipped',
    'confirmed',
    'decrees',
    'seconds',
    'bytes',
    'error',
  ]);
});

test('the lag is told in decrees, seconds and bytes', async () => {
  await workspace.run('wait --for=dup=DS_LOG --table t');
  await workspace.run('clock advance 20s');
  await workspace.run('-C B node stop replica1 replica2 replica3');
  for (const key of ['a', 'b', 'c']) await workspace.run(`-c 'use t; set ${key} s ${'v'.repeat(100)}'`);
  for (const line of ['use t', 'set a s aaaa', 'set b s bbbb', 'set c s cccc']) await workspace.run(line);
  await workspace.run('clock advance 42s');
  const { samples: seen } = await samples('--json dup watch t --count 1');
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ verdict: 'blocked', decrees: 3 });
  expect(seen[0]?.seconds).toBeGreaterThanOrEqual(42);
  expect(seen[0]?.bytes).toBeGreaterThan(12);
  expect(seen[0]?.partitions.some((one) => one.error !== '')).toBe(true);
});

test('what does not come is told with exit code 1', async () => {
  const { samples: seen, stderr, exitCode } = await samples('dup watch t --until caught-up --count 2');
  expect(seen).toHaveLength(2);
  expect(stderr).toBe('looked 2 times: not caught-up yet\n');
  expect(exitCode).toBe(1);
});

test('blocked, removed, and a table that is not there', async () => {
  await workspace.run('-C B node stop meta1 meta2 meta3');
  expect((await samples('dup watch --until blocked')).exitCode).toBe(0);
  expect((await workspace.run('dup watch nothing --count 1')).stderr).toContain(
    "there is no table 'nothing'",
  );
  const { duplications } = JSON.parse((await workspace.run('dup diagnose --json')).stdout);
  await workspace.run(`remove_dup t ${duplications[0].dupid}`);
  expect(await samples('dup watch t --until DS_REMOVED')).toMatchObject({ samples: [], exitCode: 0 });
});

test('where time costs nothing, and nobody watches, it has to end somehow', async () => {
  const { stderr, exitCode } = await workspace.run('dup watch');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('this would go on for ever');
  expect((await workspace.run('dup watch --interval 0s --count 1')).exitCode).toBe(2);
});

const SAMPLE: Sample = {
  time_ms: 0,
  table: 't',
  dupid: 7,
  remote: 'B',
  remote_table: 't2',
  status: 'DS_LOG',
  verdict: 'blocked',
  reason: 'B/t2 has partitions without a primary: ERR_INVALID_STATE',
  decrees: 3,
  seconds: 2.5,
  bytes: 120,
  partitions: [
    {
      pidx: 0,
      primary: 'localhost:34801',
      committed: 9,
      shipped: 6,
      confirmed: -1,
      decrees: 3,
      seconds: 2.5,
      bytes: 120,
      error: 'ERR_INVALID_STATE',
    },
  ],
};

test('a frame on a terminal', () => {
  expect(frameOf([SAMPLE], undefined).split('\n')).toEqual([
    't -> B/t2 (7): DS_LOG, BLOCKED, lag 3 decrees, 2.5 s, 120 bytes',
    '  B/t2 has partitions without a primary: ERR_INVALID_STATE',
    '  PARTITION  PRIMARY          COMMITTED  SHIPPED  CONFIRMED  LAG  SECONDS  BYTES',
    '  0          localhost:34801  9          6        -          3    2.5      120    ERR_INVALID_STATE',
    '',
  ]);
  expect(frameOf([], 't')).toBe('no duplication of t\n');
});
