import { expect, test } from 'vitest';
import { MemoryFileSystem } from '../../src/host/memory-fs.ts';
import { runLines } from '../storage/workspace-image.ts';
import { filesOf } from './turns.ts';

/** The last of them costs its partition two members. */
const FIRST = [
  '--dialect cpp-shell create t -p 1',
  'clock advance 1m',
  'fault add partition replica1 replica2',
  'fault add partition replica1 replica3',
  'use t',
  'set h s v',
];
/** A meta server hears what was left for it, if anything was, when it is asked next. */
const THEN = ['fault clear', '--dialect cpp-shell ls'];

/** What the files are when each process has run its lines. */
async function filesAfter(...processes: readonly (readonly string[])[]) {
  const fs = new MemoryFileSystem();
  for (const lines of processes)
    for (const { exitCode, text } of await runLines(fs, lines)) expect([exitCode, text]).toEqual([0, text]);
  return filesOf(fs);
}

test('what a meta server is told by a write it has heard when the process ends', async () => {
  expect(await filesAfter(FIRST, THEN)).toEqual(await filesAfter([...FIRST, ...THEN]));
});
