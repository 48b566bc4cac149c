import { expect, test } from 'vitest';
import { openStore } from '../../src/engine/storage/store.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { Disposable } from '../../src/shell/disposable.ts';
import { counters, DIRECTORY, hostOn, putFile } from './support.ts';

class SyncCountingDisk extends MemoryFileSystem {
  syncs = 0;
  directorySyncs = 0;

  override sync(path: string): void {
    this.syncs++;
    super.sync(path);
  }

  override syncDirectory(path: string): void {
    this.syncs++;
    this.directorySyncs++;
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

test('what takes long of a sync is done a part at a time before it, and comes to the same', () => {
  const journals = [false, true].map((isPrepared) => {
    const disk = new SyncCountingDisk();
    const store = openStore({ directory: DIRECTORY, host: hostOn(disk), durability: 'group' });
    const write = (name: string, records: number): void => {
      putFile(store, `${name}/file.json`, '{"a":1}');
      for (let at = 0; at < records; at++) counters(store, `${name}.json`).set(`k${at}`, { count: at });
      store.commit();
    };
    for (let at = 0; at < 40; at++) write(`replica${at}`, 20);
    disk.directorySyncs = 0;
    let parts = 0;
    while (isPrepared && store.prepareSync()) {
      expect(disk.directorySyncs).toBeLessThan(5);
      disk.directorySyncs = 0;
      // What is committed meanwhile belongs to it.
      if (parts++ < 3) write('replica0', parts);
    }
    for (; !isPrepared && parts < 3; ) write('replica0', ++parts);
    expect(parts > 10).toBe(isPrepared);
    store.sync();
    expect(disk.directorySyncs < 10).toBe(isPrepared);
    return Buffer.from(disk.read(`${DIRECTORY}/journal.jsonl`)!).toString();
  });
  expect(journals[1]).toBe(journals[0]);
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
