import { expect, test } from 'vitest';
import { MemoryFileSystem } from '../../src/host/memory-fs.ts';
import { runLines } from './workspace-image.ts';

/** A disk that counts the files that are read and written. */
class CountingDisk extends MemoryFileSystem {
  readonly touched = new Set<string>();

  override read(path: string, start?: number, end?: number): Uint8Array | undefined {
    this.touched.add(path);
    return super.read(path, start, end);
  }

  override write(path: string, offset: number, bytes: Uint8Array): void {
    this.touched.add(path);
    super.write(path, offset, bytes);
  }
}

async function workspaceOf(tables: number): Promise<CountingDisk> {
  const disk = new CountingDisk();
  const lines = Array.from({ length: tables }, (_, at) => `create table t${at + 1} -p 4 -r 3`);
  await runLines(disk, [
    'cluster create B --metas 1 --replicas 1',
    ...lines,
    'add_dup t1 B',
    'clock advance 10m',
  ]);
  return disk;
}

async function filesTouchedBy(disk: CountingDisk, line: string): Promise<number> {
  disk.touched.clear();
  for (const answer of await runLines(disk, line.split('; '))) expect(answer.exitCode).toBe(0);
  return disk.touched.size;
}

test.each([
  ['query_dup t1'],
  ['use t1; get h s'],
  ['use t1; set h s v'],
  ['use t1; set h s v; set h s w'],
  ['use t1; set h s v; clock advance 1h; set h s w'],
])('%s touches a handful of files, however many tables there are', async (line) => {
  const touched = await filesTouchedBy(await workspaceOf(20), line);
  expect(Math.abs(touched - (await filesTouchedBy(await workspaceOf(2), line)))).toBeLessThan(4);
  expect(touched).toBeLessThan(60);
});

test('query_dup reads nothing of the replicas unless their decrees are asked for', async () => {
  const disk = await workspaceOf(2);
  const ofReplicas = async (line: string): Promise<string[]> => {
    await filesTouchedBy(disk, line);
    return [...disk.touched].filter((path) => /\/(reps|memory)\//.test(path) && !path.includes('_34601/'));
  };
  expect(await ofReplicas('query_dup t1')).toEqual([]);
  expect(await ofReplicas('query_dup t1 -d')).not.toEqual([]);
});
