import { expect, test } from 'vitest';
import { fsck } from '../../src/engine/fsck/fsck.ts';
import { type MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { Disposable } from '../../src/shell/disposable.ts';
import { counters, newDisk, open, plog, textOf } from './support.ts';
import { diskOf, imageAfter, runLines, WORKSPACE } from './workspace-image.ts';

const WORKSPACE_JSON = `${WORKSPACE}/workspace.json`;

/** A process at its prompt, which has let the workspace go. */
async function prompt(fs: MemoryFileSystem, ...lines: readonly string[]): Promise<Disposable> {
  const place = { directory: WORKSPACE, host: memoryHost(() => 0, fs) };
  const pegsh = new Disposable({ workingDirectory: '.', place, checked: false });
  for (const line of ['clock', ...lines]) expect((await pegsh.runLine(line)).exitCode).toBe(0);
  pegsh.backend.suspend();
  return pegsh;
}

test('what cannot be read when the workspace is taken back is read anew the next time, and nothing is overwritten', () => {
  const disk = newDisk();
  const one = open(disk);
  counters(one).set('a', { count: 1 });
  one.commit();
  one.suspend();
  const killed = open(disk, { pid: 2 });
  plog(killed).append({ decree: 1, text: 'x' });
  killed.commit();
  counters(killed).set('a', { count: 2 });
  killed.commit();
  const intact = disk.read('/workspace/counters.json')!;
  disk.write('/workspace/counters.json', 0, Buffer.from('{'));
  for (const _ of [1, 2]) expect(() => one.resume()).toThrow('counters.json: line 1, column 2: is not JSON');
  expect(() => one.close()).toThrow('counters.json: line 1, column 2: is not JSON');
  expect(textOf(disk, 'journal.jsonl')!.trim().split('\n')).toHaveLength(2);
  disk.write('/workspace/counters.json', 0, intact);
  expect(one.resume()).toBe(true);
  expect([counters(one).get('a'), plog(one).count]).toEqual([{ count: 2 }, 1]);
});

test('a prompt that finds the workspace damaged finds it mended later', async () => {
  const fs = diskOf(await imageAfter(['create table t -p 2 -r 3']));
  const pegsh = await prompt(fs);
  await runLines(fs, ['create table u -p 2 -r 3']);
  const intact = fs.read(WORKSPACE_JSON)!;
  fs.write(WORKSPACE_JSON, 0, Buffer.from('{'));
  for (const _ of [1, 2]) expect(() => pegsh.backend.resume()).toThrow('workspace.json');
  fs.write(WORKSPACE_JSON, 0, intact);
  expect((await pegsh.runLine('ls')).text).toMatch(/\bu\b/);
  pegsh.dispose();
});

test('a prompt goes by what fsck accepted meanwhile', async () => {
  const fs = diskOf(await imageAfter(['create table t -p 2 -r 3']));
  const long = 'x'.repeat(100_000);
  const pegsh = await prompt(
    fs,
    'node list',
    'use t',
    ...['a', 'b', 'c'].map((key) => `set ${key} s ${long}`),
  );
  // What it wrote is so much that it has brought the files up to date: nothing is left for fsck to do there.
  expect(fs.stat(`${WORKSPACE}/journal.jsonl`)!.size).toBe(0);
  const file = `${WORKSPACE}/clusters/onebox/cluster.json`;
  const edited = () => Buffer.from(fs.read(file)!).toString();
  fs.write(file, 0, Buffer.from(edited().replace(/"created_us":\d+/, '"created_us":7')));
  expect(
    fsck(
      memoryHost(() => 0, fs),
      WORKSPACE,
      { repair: false, accept: true },
    ).mended,
  ).toHaveLength(1);
  expect((await pegsh.runLine('node kill replica3')).exitCode).toBe(0);
  pegsh.dispose();
  expect(edited()).toContain('"created_us":7');
});
