import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';

let workspace: TestWorkspace;

/** Three servers have all replicas, a fourth has none; at first each has one disk. */
beforeAll(async () => {
  workspace = await createWorkspace({ environment: { PEGSH_DIALECT: 'admin-cli', NO_COLOR: '1' } });
  const value = 'x'.repeat(60_000);
  await done(
    'cluster create B --metas 1 --replicas 4',
    'cluster use B',
    'cluster config B pegsh.disk_capacity_mb 20',
    'node stop replica4',
    'create -p 4 t',
    'use t',
    ...Array.from({ length: 60 }, (_, row) => `set k${row} s ${value}`),
    'node start replica4',
  );
});
afterAll(() => workspace.dispose());

async function done(...lines: string[]): Promise<void> {
  for (const line of lines) expect((await workspace.run(line)).exitCode).toBe(0);
}

async function replicas(): Promise<number[]> {
  const { stdout } = await workspace.run('--json nodes');
  return JSON.parse(stdout).map(
    ({ primary, secondary }: { primary: number; secondary: number }) => primary + secondary,
  );
}

const SERVERS = [1, 2, 3, 4].map((server) => `127.0.0.1:3580${server}`);
const cleaners = (seconds: number) =>
  ['gc_disk_error_replica_interval_seconds', 'gc_disk_garbage_replica_interval_seconds'].flatMap((name) => [
    `INFO: set ${name} ${seconds}`,
    'CMD: set ',
    ...SERVERS.map((server) => `[localhost(${server})] ERR_OK`),
  ]);
const told = (name: string) => [
  `INFO: set ${name} true`,
  `CMD: ${name} [true]`,
  '',
  '  [meta]localhost(127.0.0.1:35601)  ',
  '------------------------------------',
  '{',
  '  "error": "ok"',
  '}',
  '',
];
const BEGUN = [
  "WARN: This cluster will be balanced based capacity, please don't open count-balance in later",
  'Successfully update meta function level from "fl_steady" to "fl_steady"',
  ...told('meta.lb.only_move_primary'),
  ...told('meta.lb.only_primary_balancer'),
  ...cleaners(10),
];

test('servers with one disk are looked at again, for an hour', async () => {
  const { stdout, stderr, exitCode } = await workspace.run('nodes-balancer');
  const why = "the node(127.0.0.1:35801) only has one disk, can't balance";
  const again = Array.from({ length: 360 }, () => `INFO: retry update load, err = ${why}`);
  expect(stdout.split('\n')).toEqual([...BEGUN, ...again, '']);
  expect({ stderr, exitCode }).toEqual({ stderr: `error: ${why}\n`, exitCode: 1 });
});

test('a dry run tells of the move', async () => {
  await done(...SERVERS.map((server) => `add-disk -n ${server} -d b:/b`), 'clock advance 11m');
  const { stdout, stderr, exitCode } = await workspace.run('--dry-run nodes-balancer');
  expect(stdout + stderr).toMatch(
    /would move a replica: \[Copy(Pri|Sec)\].*=>\[replica\]localhost\(127\.0\.0\.1:35804\)/,
  );
  expect(exitCode).toBe(0);
  expect(await replicas()).toEqual([4, 4, 4, 0]);
});

test('one replica moves to the emptiest server, and what it leaves is deleted', async () => {
  const { stdout, stderr } = await workspace.run('nodes-balancer');
  expect(stderr).toBe('');
  const move =
    /^INFO: \[Copy(Pri|Sec)\]\{Appid:1 PartitionIndex:\d\}:\[replica\]localhost\(127\.0\.0\.1:3580[123]\)=>\[replica\]localhost\(127\.0\.0\.1:35804\) is /;
  const lines = stdout.split('\n').filter((line) => !(move.test(line) && line.endsWith(' is running')));
  expect(lines).toEqual([
    ...BEGUN,
    expect.stringMatching(
      /^INFO: expect_average = 0GB, high node = \[replica\]localhost\(127\.0\.0\.1:3580[123]\)\[default\]\[usage=0GB\], low node = \[replica\]localhost\(127\.0\.0\.1:35804\)\[usage=0GB\]$/,
    ),
    '',
    expect.stringMatching(move),
    'Successfully update meta function level from "fl_steady" to "fl_lively"',
    'Successfully update meta function level from "fl_lively" to "fl_steady"',
    '',
    'WARN: This cluster garbage interval will be reset default',
    ...cleaners(3600),
    '',
  ]);
  expect((await replicas()).sort()).toEqual([1, 3, 4, 4]);
});

test('--auto goes on until the servers are alike', async () => {
  const { stderr, exitCode } = await workspace.run('nodes-balancer --auto');
  expect(stderr).toMatch(/^error: high node and low node has little diff: \d+ vs \d+\n$/);
  expect(exitCode).toBe(1);
  expect(await replicas()).toEqual([3, 3, 3, 3]);
});
