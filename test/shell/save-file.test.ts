import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Disposable } from '../../src/shell/disposable.ts';

let folder: string;
let workspace: Disposable;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-save-'));
  workspace = new Disposable({ workingDirectory: folder, environment: { PEGSH_DIALECT: 'cpp-shell' } });
  for (const line of ['create t -p 4', 'use t', 'set a 1 x']) await workspace.runLine(line);
});

afterAll(() => {
  workspace.dispose();
  rmSync(folder, { recursive: true, force: true });
});

test.each(['cluster_info', 'dups', 'ls -d'])('%s -o FILE', async (line) => {
  const { stdout } = await workspace.runLine(line);
  expect(await workspace.runLine(`${line} -o answer.txt`)).toMatchObject({
    stdout: '',
    stderr: '',
    exitCode: 0,
  });
  expect(readFileSync(join(folder, 'answer.txt'), 'utf8')).toBe(stdout);
});

test.each(['app t -d', 'nodes -d'])('%s -o FILE, which its parameters name', async (line) => {
  await workspace.runLine(`${line} -o answer.txt`);
  const { stdout } = await workspace.runLine(line);
  const written = readFileSync(join(folder, 'answer.txt'), 'utf8');
  expect(written).toMatch(/^out_file {2}: answer.txt *$/m);
  expect(written.split('\n\n').slice(1)).toEqual(
    stdout.split('\n\n').filter((section) => !section.startsWith('[parameters]')),
  );
});

test.each(['ls', 'dups', 'cluster_info'])('%s -o "" is shown as without', async (line) => {
  const { stdout } = await workspace.runLine(line);
  expect((await workspace.runLine(`${line} -o ""`)).stdout).toBe(stdout);
});

test('rows go into the file that is named, the rest is shown', async () => {
  const { stdout } = await workspace.runLine('full_scan -o rows.txt');
  expect(stdout).toContain('1 key-value pairs got.');
  expect(readFileSync(join(folder, 'rows.txt'), 'utf8')).toBe('"a" : "1" => "x"\n');
});

test('the reader of a pipe gets rows as they come', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  // In a process of its own: the writer's thread waits for it.
  const read = promisify(execFile)('cat', [pipe]);
  await workspace.runLine('full_scan -o pipe');
  expect((await read).stdout).toBe('"a" : "1" => "x"\n');
});

test('rows in a file are nowhere else', async () => {
  const { stdout } = await workspace.runLine('--json full_scan -o rows.txt');
  expect(JSON.parse(stdout)).toEqual({ errors: [] });
  await workspace.runLine('multi_set b 1 x 2 y');
  expect((await workspace.runLine('multi_del_range b "" "" -o deleted.txt')).stdout).toMatch(
    /^silent: false\n\nOK, 2 sort keys deleted\.\n$/m,
  );
  expect(readFileSync(join(folder, 'deleted.txt'), 'utf8')).toBe('Deleted: "1"\nDeleted: "2"\n');
});

test.each(['full_scan', 'hash_scan a "" ""', 'multi_del_range a 2 3'])(
  '%s into a full disk',
  async (line) => {
    await workspace.runLine('set a 2 y');
    expect(await workspace.runLine(`${line} -o /dev/full`)).toMatchObject({
      stdout: expect.not.stringContaining('got.'),
      stderr:
        'error: /dev/full cannot be written: ENOSPC: no space left on device, write (ERR_FILE_OPERATION_FAILED)\n',
      exitCode: 1,
    });
  },
);

test('a file that cannot be written', async () => {
  expect(await workspace.runLine('ls -o nowhere/answer.txt')).toMatchObject({
    stdout: '',
    stderr: expect.stringContaining('cannot write nowhere/answer.txt: ENOENT'),
    exitCode: 2,
  });
});

test.each([
  ['full_scan', 'ERROR: open filename nowhere/rows.txt failed\nUSAGE: '],
  ['hash_scan a "" ""', 'ERROR: open filename nowhere/rows.txt failed\nUSAGE: '],
  ['multi_del_range a "" ""', 'open filename nowhere/rows.txt failed\nUSAGE: '],
  ['recover -s localhost:34801', 'cannot write nowhere/rows.txt: ENOENT'],
])('%s does nothing where its file cannot be written', async (line, said) => {
  const got = await workspace.runLine(`${line} -o nowhere/rows.txt`);
  expect(got).toMatchObject({ stdout: '', exitCode: 2 });
  expect(got.stderr).toContain(said);
  expect((await workspace.runLine('count a')).stdout).toContain('1\n');
});
