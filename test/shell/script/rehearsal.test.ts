import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { nodeHost } from '../../../src/host/node-host.ts';
import { Disposable } from '../../../src/shell/disposable.ts';

let folder: string;
let workspace: Disposable;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-rehearsal-'));
  const place = { directory: join(folder, '.pegsh'), host: nodeHost() };
  workspace = new Disposable({ workingDirectory: folder, place });
  await workspace.invoke(['cluster', 'list']);
});

afterEach(() => {
  workspace.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function rehearse(...lines: string[]) {
  writeFileSync(join(folder, 's.pegsh'), lines.map((line) => `${line}\n`).join(''));
  return workspace.invoke(['--dry-run', 'run', 's.pegsh']);
}

const actions = (stdout: string) => stdout.split('\n').filter((line) => line.startsWith('would '));

test('each line is planned on what those above would have made', async () => {
  const { stdout, stderr, exitCode } = await rehearse(
    'create -p 4 users',
    'use users',
    'set a 1 x',
    'set a 1 y',
    'expect /OK/',
    'expect $.decree == 2',
    'get a 1',
    'expect /"y"/',
    'cluster create B --metas 1 --replicas 3',
    'add_dup users B -s',
    'wait --for=dup=DS_LOG --table users',
    '-C B count_data',
    'clock advance 1h',
  );
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  expect(actions(stdout)).toEqual([
    'would create table users in cluster onebox',
    'would change values of "a" in table users of cluster onebox',
    'would change values of "a" in table users of cluster onebox',
    'would run cluster create B --metas 1 --replicas 3',
    'would duplicate table users (id 1) of cluster onebox to B/users, with what it holds',
    'would wait for dup=DS_LOG',
    'would advance the clock by 1h',
  ]);
  expect(stdout).toContain('  "a" : "1" => "y" (was "x")\n');
  expect(stdout).toContain('\n"y"\n');
});

test('nothing is left of it, neither in the workspace nor beside it', async () => {
  const { stderr, exitCode } = await rehearse(
    'create -p 4 users',
    'cluster create B',
    '--dialect cpp-shell ls -o out.txt',
    'snapshot save s',
  );
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(/^pegsh: would write \d{3} bytes to out.txt\n$/);
  expect((await workspace.invoke(['--dialect', 'cpp-shell', 'ls'])).stdout).toContain('total_app_count  : 0');
  expect((await workspace.invoke(['snapshot', 'list'])).stdout).not.toMatch(/^s /m);
  expect((await workspace.invoke(['cluster', 'list'])).stdout).not.toContain('B');
  expect(readdirSync(folder).sort()).toEqual(['.pegsh', 's.pegsh']);
});

test('a line that would be refused though nothing speaks against it ends the script', async () => {
  const { stdout, stderr, exitCode } = await rehearse('create -p 4 t', 'cluster remove onebox', 'ls');
  expect(stdout).not.toContain('| t ');
  expect(stderr).toBe(
    'it would fail:\nerror: cluster remove needs --yes: it cannot be undone\n' +
      's.pegsh:2: stopped here (exit code 2): cluster remove onebox\n',
  );
  expect(exitCode).toBe(2);
});

test('a check that would fail ends the script', async () => {
  expect(await rehearse('create -p 4 t', 'expect /nothing like it/', 'ls')).toMatchObject({
    stderr: expect.stringMatching(/^expected \/nothing like it\/, but .*\ns\.pegsh:2: stopped here/s),
    exitCode: 1,
  });
});

test('lines below a command belong to its plan and to its doing', async () => {
  const { stdout, exitCode } = await rehearse(
    'create -p 4 t',
    'use t',
    'set a 1 x',
    'check_and_mutate a -c 1 -t exist',
    'set 1 new',
    'ok',
    'get a 1',
  );
  expect(stdout).toContain('  "a" : "1" => "new" (was "x")\n');
  expect(stdout).toContain('\n"new"\n');
  expect(exitCode).toBe(0);
});

test('files that it names are rehearsed with it', async () => {
  writeFileSync(join(folder, 'sub.pegsh'), 'create -p 4 $1\nuse $1\n');
  const { stdout, exitCode } = await rehearse(
    'run sub.pegsh inner',
    'set a 1 x',
    'drop inner',
    'run sub.pegsh inner',
  );
  expect(actions(stdout)).toEqual([
    'would create table inner in cluster onebox',
    'would change values of "a" in table inner of cluster onebox',
    'would drop table inner (id 1) of cluster onebox',
    'would create table inner in cluster onebox',
  ]);
  expect(exitCode).toBe(0);
});

test('-c is rehearsed too, and a dry line at a prompt goes by what is chosen there', async () => {
  expect((await workspace.invoke(['--dry-run', '-c', 'create -p 4 t; use t; set a 1 x'])).exitCode).toBe(0);
  await workspace.runLine('create -p 4 chosen');
  await workspace.runLine('use chosen');
  writeFileSync(join(folder, 's.pegsh'), 'set a 1 x\nuse other\n');
  const { stdout, stderr } = await workspace.runLine('--dry-run run s.pegsh');
  expect(actions(stdout)).toEqual(['would change values of "a" in table chosen of cluster onebox']);
  expect(stderr).toContain("error: table(other) doesn't exist\ns.pegsh:2: stopped here");
  expect((await workspace.runLine('count a')).stdout).toMatch(/^0\n/);
});

test('where a line can only be planned, those that fail below it say so, and the others go on', async () => {
  await workspace.invoke(['create', '-p', '4', 'old']);
  const { stdout, stderr, exitCode } = await rehearse(
    'use old',
    'incident run 2098',
    'use new',
    'set a 1 x',
    'ls',
  );
  expect(stderr).toMatch(
    /^error: table\(new\) doesn't exist\ns\.pegsh:3: may rest on `incident run 2098`, which was only planned \(exit code 1\): use new\n.*\ns\.pegsh:4: may rest on .*: set a 1 x\n$/s,
  );
  expect(actions(stdout)).toEqual(['would run incident run 2098']);
  expect(stdout).toContain('| old ');
  expect(exitCode).toBe(1);
});
