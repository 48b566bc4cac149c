import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openStore } from '../../src/engine/storage/store.ts';
import { nodeHost } from '../../src/host/node-host.ts';
import type { Counter, Line } from './support.ts';

let scratch: string;
let program: string;
let directory: string;
let children: ChildProcess[];

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'pegsh-processes-'));
  program = join(scratch, 'counting-process.mjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'counting-process.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
  });
});

afterAll(() => rmSync(scratch, { recursive: true }));

beforeEach(() => {
  directory = mkdtempSync(join(scratch, 'workspace-'));
  children = [];
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
});

function run(...args: string[]): ChildProcess {
  const child = fork(program, [directory, ...args], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  children.push(child);
  return child;
}

function openHere(lockWaitMs?: number) {
  const store = openStore({ directory, host: nodeHost(), lockWaitMs });
  return {
    store,
    counters: store.document<Counter>('counters.json'),
    log: store.log<Line>('log.jsonl'),
  };
}

test('four processes that write at once lose nothing', async () => {
  const rounds = 40;
  const codes = await Promise.all([1, 2, 3, 4].map(async () => (await once(run(String(rounds)), 'exit'))[0]));
  expect(codes).toEqual([0, 0, 0, 0]);
  const { store, counters, log } = openHere();
  expect(counters.get('shared')).toEqual({ count: 4 * rounds });
  expect(counters.size).toBe(5);
  expect(log.records().map(({ decree }) => decree)).toEqual(
    Array.from({ length: 4 * rounds }, (_, i) => i + 1),
  );
  store.close();
  expect(readdirSync(directory).sort()).toEqual([
    'counters.json',
    'format.json',
    'journal.jsonl',
    'log.jsonl',
  ]);
  expect(readFileSync(join(directory, 'journal.jsonl'), 'utf8')).toBe('');
});

test('a living holder is named, a killed one is replaced, and what it committed is there', async () => {
  const holder = run('1', 'hold');
  await once(holder.stdout!, 'data');
  expect(() => openHere(50)).toThrow(`is in use by process ${holder.pid} (waited 0.05 s)`);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const { store, counters } = openHere();
  expect(counters.get('shared')).toEqual({ count: 1 });
  store.close();
});

test('a suspended holder keeps the workspace, and goes on where it was', async () => {
  const holder = run('2', 'hold');
  await once(holder.stdout!, 'data');
  holder.kill('SIGSTOP');
  expect(() => openHere(50)).toThrow(`is in use by process ${holder.pid} (waited 0.05 s)`);
  holder.kill('SIGCONT');
  expect(() => openHere(50)).toThrow(`is in use by process ${holder.pid} (waited 0.05 s)`);
});

test('a suspended process that waits keeps nobody from the workspace', async () => {
  const { store } = openHere();
  const waiting = run('1');
  await appearance(/^lock\.wait\./);
  waiting.kill('SIGSTOP');
  store.suspend();
  store.resume();
  store.close();
  const other = run('1');
  expect(await once(other, 'exit')).toEqual([0, null]);
  waiting.kill('SIGCONT');
  expect(await once(waiting, 'exit')).toEqual([0, null]);
  const { store: after, counters } = openHere();
  expect(counters.get('shared')).toEqual({ count: 2 });
  after.close();
  expect(readdirSync(directory).filter((name) => name.startsWith('lock'))).toEqual([]);
});

test('Ctrl-C ends a process that waits', async () => {
  const { store } = openHere();
  const waiting = run('1');
  await appearance(/^lock\.wait\./);
  waiting.kill('SIGINT');
  expect(await once(waiting, 'exit')).toEqual([null, 'SIGINT']);
  store.close();
  openHere().store.close();
  expect(readdirSync(directory).filter((name) => name.startsWith('lock'))).toEqual([]);
});

/** Until a file of that name is in the workspace. */
async function appearance(name: RegExp): Promise<void> {
  while (!readdirSync(directory).some((one) => name.test(one))) await new Promise(setImmediate);
}

test('what the system refuses is said with the file and the reason', () => {
  writeFileSync(join(directory, 'file'), '');
  expect(() => openStore({ directory: join(directory, 'file'), host: nodeHost() })).toThrow(
    /file\/lock.*: a file is where a directory should be \(ENOTDIR\)$/,
  );
});
