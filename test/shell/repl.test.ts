import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { Backend } from '../../src/shell/backend.ts';
import { globalsOfEnvironment } from '../../src/shell/globals.ts';
import { History } from '../../src/shell/history.ts';
import { repl } from '../../src/shell/repl.ts';
import { prepare } from '../../src/shell/run.ts';
import { version } from '../../src/version.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-repl-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A person at a terminal: types keys, and waits for what should appear. */
function startShell() {
  const fs = new MemoryFileSystem();
  const host = memoryHost(() => 0, fs);
  const backend = new Backend({ directory: '/w', host: async () => host, seed: 1, clock: 'manual' });
  const input = new PassThrough();
  const output = new PassThrough();
  const writer = { write: (text: string | Uint8Array) => void output.write(text) };
  const { dispatcher, questions } = prepare(globalsOfEnvironment({ NO_COLOR: '1' }), {
    environment: {},
    workingDirectory: folder,
    stdout: writer,
    stderr: writer,
    stdin: input,
    stdinIsTerminal: true,
    stdoutIsTerminal: true,
    width: 80,
    host: async () => host,
    backend,
    onInterrupt: () => () => {},
  });
  const history = join(folder, 'state', 'history');
  const ended = repl({
    input,
    output,
    dispatcher,
    questions,
    history: new History(history),
    plainPrompt: false,
    onWait: () => backend.suspend(),
  });
  let seen = '';
  let onMore = (): void => {};
  output.on('data', (chunk: Buffer) => {
    seen += chunk.toString();
    onMore();
  });
  /** Waits until `text` appears after what was waited for before, and forgets all up to it. */
  async function sees(text: string): Promise<void> {
    while (!seen.includes(text)) {
      await new Promise<void>((resolve) => {
        onMore = resolve;
      });
    }
    seen = seen.slice(seen.indexOf(text) + text.length);
  }
  return { fs, history, ended, sees, types: (keys: string) => void input.write(keys) };
}

test('commands share a session, which the prompt shows; exit leaves', async () => {
  const { sees, types, ended } = startShell();
  await sees('onebox> ');
  types('create t -p 4\r');
  await sees('error: invalid usage');
  types('create -p 4 t\r');
  await sees('onebox> ');
  types('use t\r');
  await sees('onebox:t> ');
  types('exit\r');
  expect(await ended).toBe(0);
});

test('Ctrl-C forgets the line, Ctrl-D leaves', async () => {
  const { sees, types, ended } = startShell();
  await sees('onebox> ');
  types('half a li\x03');
  await sees('^C\n');
  await sees('onebox> ');
  types('version\r');
  await sees(`pegsh ${version}`);
  await sees('onebox> ');
  types('\x04');
  expect(await ended).toBe(0);
});

test('Ctrl-C at a question stops the command', async () => {
  const { sees, types } = startShell();
  await sees('onebox> ');
  types('reset\r');
  await sees('Type /w to go on: ');
  types('\x03');
  await sees('error: interrupted');
  await sees('onebox> ');
});

test('lines pasted at once run one after another', async () => {
  const { sees, types } = startShell();
  await sees('onebox> ');
  types('version\rhelp run\r');
  await sees(`pegsh ${version}`);
  await sees('usage: run FILE');
});

test('what destroys asks for the name; an argument that is missing is asked for', async () => {
  const { sees, types } = startShell();
  await sees('onebox> ');
  types('reset\r');
  await sees('Type /w to go on: ');
  types('no\r');
  await sees('nothing was done');
  types('reset\r');
  await sees('Type /w to go on: ');
  types('/w\r');
  await sees('anew');
  types('cluster create\r');
  await sees('NAME: ');
  types('B\r');
  await sees('cluster B made');
});

test('while the prompt waits, others may have the workspace', async () => {
  const { fs, sees, types } = startShell();
  await sees('onebox> ');
  expect(fs.stat('/w/workspace.json')).toBeDefined();
  expect(fs.stat('/w/lock')).toBeUndefined();
  types('cluster create B\r');
  await sees('cluster B made');
  await sees('onebox> ');
  expect(fs.stat('/w/lock')).toBeUndefined();
});

test('history is kept for its owner only, without answers to questions', async () => {
  const first = startShell();
  await first.sees('onebox> ');
  first.types('version\r');
  await first.sees('onebox> ');
  first.types('version\r');
  await first.sees('onebox> ');
  first.types('reset\r');
  await first.sees('go on: ');
  first.types('secret\r');
  await first.sees('onebox> ');
  first.types('exit\r');
  await first.ended;
  expect(readFileSync(first.history, 'utf8')).toBe('version\nreset\n');
  expect(statSync(first.history).mode & 0o777).toBe(0o600);
  const second = startShell();
  await second.sees('onebox> ');
  second.types('\x1b[A\x1b[A\r');
  await second.sees(`pegsh ${version}`);
  expect(existsSync(second.history)).toBe(true);
});
