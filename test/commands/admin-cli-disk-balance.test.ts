import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseMove } from '../../src/commands/admin-cli/disk-balance/choose-move.ts';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';

const NODE = '127.0.0.1:34801';

let workspace: TestWorkspace;

/** All replicas of a server lie on one disk, and there is a second one. */
beforeAll(async () => {
  workspace = await createWorkspace({ environment: { PEGSH_DIALECT: 'admin-cli', NO_COLOR: '1' } });
  const value = 'x'.repeat(60_000);
  for (const line of ['cluster config onebox pegsh.disk_capacity_mb 20', 'create -p 4 t', 'use t'])
    await workspace.run(line);
  for (let row = 0; row < 60; row++) await workspace.run(`set k${row} s ${value}`);
  for (const line of [`add-disk -n ${NODE} -d b:/b`, 'clock advance 11m']) await workspace.run(line);
});
afterAll(() => workspace.dispose());

async function replicas() {
  const { stdout } = await workspace.run(`--json disk-replica -n ${NODE}`);
  return JSON.parse(stdout).map(({ total }: { total: number }) => total);
}

test('a replica moves to the emptier disk, and the cleaner is told before and after', async () => {
  expect(await replicas()).toEqual([4, 0]);
  const { stdout, stderr } = await workspace.run(`disk-balance -n ${NODE} -s 0`);
  expect(stderr).toBe('');
  expect(stdout.split('\n')).toEqual([
    'INFO: set gc_disk_migration_origin_replica_interval_seconds = 1s ',
    'CMD: set ',
    `[localhost(${NODE})] ERR_OK`,
    expect.stringMatching(
      /^ACTION:disk migrate\(sizeNeedMove=\dMB\): Node=127\.0\.0\.1:34801, highDisk=default\[\dMB\(\d+%\)\]=>lowDisk=b\[0MB\(0%\)\], gpid\(secondary\)=1\.\d\(0MB\)$/,
    ),
    expect.stringMatching(/^INFO: migrate\(.*, default=>b\) has started\[auto=false\], wait complete\.\.\.$/),
    '',
    expect.stringMatching(
      /^INFO: migrate\(.*\) is running, msg=Internal server error \[.*ERR_BUSY.*\], wait complete/,
    ),
    '',
    expect.stringMatching(
      /^INFO: migrate\(.*\) is completed，result=.*, wait\[650s\] disk cleaner remove garbage\.\.\.$/,
    ),
    '',
    '',
    'INFO: you now disable auto-balance[auto=false], stop and wait manual loop',
    '',
    '',
    'INFO: set gc_disk_migration_origin_replica_interval_seconds = 86400s ',
    'CMD: set ',
    `[localhost(${NODE})] ERR_OK`,
    '',
  ]);
  expect(await replicas()).toEqual([3, 1]);
});

test('one after the other, led ones too, until nothing is left to balance', async () => {
  const { stdout, stderr, exitCode } = await workspace.run(`disk-balance -n ${NODE} -s 0 -a -i 700`);
  expect(stdout).toContain('WARNING: the select replica is not secondary, will force assign it secondary\n');
  expect(stderr).toMatch(/^error: no need balance since /);
  expect(exitCode).toBe(1);
  expect(await replicas()).toEqual([1, 3]);
});

test('nothing is done for a dry run', async () => {
  const own = await workspace.run(`--dry-run disk-balance -n 127.0.0.1:34802`);
  expect(own.stderr).toContain("the node(127.0.0.1:34802) only has one disk, can't balance");
});

const disk = (name: string, usage: number) => ({ disk: name, capacity: 100, usage, ratio: usage });
const replica = (name: string, size: number) => ({ replica: name, status: 'secondary' as const, size });

test.each([
  [
    [disk('a', 9), disk('b', 1)],
    [],
    'no need balance since the high disk still enough capacity(balance threshold=10%): high(a): 9MB(9%); low(b): 1MB(1%)',
  ],
  [
    [disk('a', 54), disk('b', 50)],
    [],
    'no need balance since the disk is balanced: high(a): 54MB(54%); low(b): 50MB(50%); average: 52MB(52%)',
  ],
  [
    [disk('a', 50), disk('b', 10)],
    [replica('1.0', 21), replica('1.1', 30)],
    "can't balance(Node=n, highDisk=a[50MB(50%)]=>lowDisk=b[10MB(10%)]): high disk min replica(1.0) size(21MB) must <= sizeNeedMove(20MB)",
  ],
  [
    [disk('a', 50), disk('b', 10)],
    [replica('1.0', 20), replica('1.1', 30)],
    'not suggest balance(Node=n, highDisk=a[50MB(50%)]=>lowDisk=b[10MB(10%)]): the qualified(must<=sizeNeedMove(20MB)) replica size(1.0=20MB) must >= minSize(25MB))',
  ],
  [[], [], 'the node(n) has no ssd'],
] as const)('%j', (disks, replicas, why) => {
  expect(() => chooseMove('n', disks, replicas, 25)).toThrow(why);
});

test('the largest that makes neither disk pass the average', () => {
  const replicas = [replica('1.2', 25), replica('1.0', 5), replica('1.1', 15)];
  expect(chooseMove('n', [disk('b', 10), disk('a', 50)], replicas, 1)).toMatchObject({
    gpid: '1.1',
    from: 'a',
    to: 'b',
  });
});
