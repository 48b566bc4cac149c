import { expect, test } from 'vitest';
import { openStore } from '../../src/engine/storage/store.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { Disposable } from '../../src/shell/disposable.ts';
import { counters, DIRECTORY, hostOn } from './support.ts';

class SyncCountingDisk extends MemoryFileSystem {
  syncs = 0;

  override sync(path: string): void {
    this.syncs++;
    super.sync(path);
  }

  override syncDirectory(path: string): void {
    this.syncs++;
    super.syncDirectory(path);
  }
}

test('what must survive only the end of the process is never synced, and survives that', () => {
  const disk = new SyncCountingDisk();
  const store = openStore({ directory: DIRECTORY, host: hostOn(disk), survives: 'process' });
  // The last of them take the place of padding.
  for (let count = 1; count <= 4; count++) {
    counters(store).set('a', { count });
    store.commit();
  }
  expect(disk.syncs).toBe(0);
  // The process is killed here: nothing is closed.
  const next = openStore({ directory: DIRECTORY, host: hostOn(disk, 2) });
  expect(counters(next).get('a')).toEqual({ count: 4 });
  next.close();
  expect(disk.syncs).toBeGreaterThan(0);
});

test('--durability is for the whole run, and knows two words', async () => {
  const place = { directory: DIRECTORY, host: memoryHost(() => 0) };
  const pegsh = new Disposable({ workingDirectory: '.', place });
  expect(await pegsh.invoke(['--durability', 'process', 'ls'])).toMatchObject({ exitCode: 0 });
  expect(await pegsh.invoke(['--durability', 'none', 'ls'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--durability is power or process, not "none"'),
  });
  pegsh.dispose();
});
