import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { Disposable } from '../../src/shell/disposable.ts';

let folder: string;
let pipe: string;
let workspace: Disposable;
let other: Disposable;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-input-'));
  const place = { directory: '/w', host: memoryHost(() => 0, new MemoryFileSystem()) };
  const options = { workingDirectory: folder, environment: { PEGSH_DIALECT: 'cpp-shell' }, place };
  workspace = new Disposable(options);
  other = new Disposable(options);
  for (const line of ['create t -p 4', 'use t', 'set a 1 x']) await workspace.runLine(line);
  workspace.backend.suspend();
});

beforeEach(() => {
  pipe = join(mkdtempSync(join(folder, 'pipe-')), 'pipe');
  execFileSync('mkfifo', [pipe]);
});

afterAll(() => {
  workspace.dispose();
  other.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the pipe to write into it, once somebody reads. */
async function openForWriting(): Promise<number> {
  for (;;) {
    try {
      return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
    }
    await new Promise(setImmediate);
  }
}

test('the writer of a pipe comes later, writes piece by piece, and may use the workspace meanwhile', async () => {
  const loading = workspace.runLine(`load ${pipe} --table t`);
  const writer = await openForWriting();
  writeSync(writer, 'b\t1\t');
  await other.runLine('use t');
  const { stdout } = await other.runLine('get a 1');
  other.backend.suspend();
  writeSync(writer, `${stdout.split('"')[1]}\n`);
  closeSync(writer);
  expect(await loading).toMatchObject({ stderr: '', exitCode: 0 });
  expect((await workspace.runLine('get b 1')).stdout).toContain('"x"');
});

test('a script comes through a pipe', async () => {
  const running = workspace.runLine(`run ${pipe}`);
  const writer = await openForWriting();
  writeSync(writer, 'use t\nget a 1\n');
  closeSync(writer);
  expect(await running).toMatchObject({ stdout: expect.stringContaining('"x"'), exitCode: 0 });
});

const READERS = ['load PIPE --table t', 'run PIPE', 'recover -f PIPE', 'test PIPE'];

test.each(READERS)('a pipe that nobody writes into: Ctrl-C ends %s', async (line) => {
  const running = workspace.runLine(line.replace('PIPE', pipe));
  await new Promise(setImmediate);
  workspace.interrupt();
  expect(await running).toMatchObject({ exitCode: 130 });
});

test.each(READERS)('a pipe whose writer says nothing more: Ctrl-C ends %s', async (line) => {
  const running = workspace.runLine(line.replace('PIPE', pipe));
  const writer = await openForWriting();
  writeSync(writer, 'a\t1');
  workspace.interrupt();
  expect(await running).toMatchObject({ exitCode: 130 });
  closeSync(writer);
});
