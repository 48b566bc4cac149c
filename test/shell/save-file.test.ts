import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Disposable } from '../../src/shell/disposable.ts';

let folder: string;
let workspace: Disposable;
let whileWaiting: () => void;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-save-'));
  workspace = new Disposable({
    workingDirectory: folder,
    environment: { PEGSH_DIALECT: 'cpp-shell' },
    sleep() {
      whileWaiting();
      return new Promise(setImmediate);
    },
  });
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

describe('a pipe', () => {
  let pipe: string;

  beforeEach(() => {
    pipe = join(mkdtempSync(join(folder, 'pipe-')), 'pipe');
    execFileSync('mkfifo', [pipe]);
  });

  /** Runs a line that writes into the pipe, of which somebody reads as much as there is whenever it waits. */
  async function readWhileWaiting(line: string): Promise<string> {
    let reader: number | undefined;
    let text = '';
    whileWaiting = () => {
      reader ??= openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
      text += readAvailable(reader);
    };
    expect(await workspace.runLine(`${line} -o ${pipe}`)).toMatchObject({ exitCode: 0 });
    whileWaiting();
    closeSync(reader!);
    return text;
  }

  test.each([
    ['full_scan', '"a" : "1" => "x"\n'],
    ['ls', '[general_info]'],
    ['ddd_diagnose', 'Total 0 ddd partitions'],
  ])('has a reader who comes later and gets what %s says', async (line, expected) => {
    expect(await readWhileWaiting(line)).toContain(expected);
  });

  test('that is full is waited for', async () => {
    await workspace.runLine(`set a long ${'x'.repeat(200_000)}`);
    const text = await readWhileWaiting('full_scan');
    await workspace.runLine('del a long');
    expect(text.length).toBeGreaterThan(200_000);
  });

  test.each(['full_scan', 'ls'])('that nobody reads: Ctrl-C ends %s', async (line) => {
    whileWaiting = () => workspace.interrupt();
    expect(await workspace.runLine(`${line} -o ${pipe}`)).toMatchObject({ exitCode: 130 });
  });
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
    stderr: expect.stringContaining(
      'cannot write nowhere/answer.txt: there is no such file or directory (ENOENT)',
    ),
    exitCode: 2,
  });
});

test.each([
  ['full_scan', 'ERROR: open filename nowhere/rows.txt failed\nUSAGE: '],
  ['hash_scan a "" ""', 'ERROR: open filename nowhere/rows.txt failed\nUSAGE: '],
  ['multi_del_range a "" ""', 'open filename nowhere/rows.txt failed\nUSAGE: '],
  [
    'recover -s localhost:34801',
    'cannot write nowhere/rows.txt: there is no such file or directory (ENOENT)',
  ],
])('%s does nothing where its file cannot be written', async (line, said) => {
  const got = await workspace.runLine(`${line} -o nowhere/rows.txt`);
  expect(got).toMatchObject({ stdout: '', exitCode: 2 });
  expect(got.stderr).toContain(said);
  expect((await workspace.runLine('count a')).stdout).toContain('1\n');
});

function readAvailable(fd: number): string {
  const buffer = Buffer.alloc(1 << 20);
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    return '';
  }
}
