import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { FileSystem } from '../../src/engine/storage/host.ts';
import { MemoryFileSystem } from '../../src/host/memory-fs.ts';
import { nodeFileSystem } from '../../src/host/node-host.ts';
import { VolatileDisk } from '../../src/host/volatile-disk.ts';

const scratch = mkdtempSync(join(tmpdir(), 'pegsh-files-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const implementations: readonly [string, () => FileSystem][] = [
  ['node', () => nodeFileSystem],
  ['memory', () => new MemoryFileSystem()],
  ['volatile', () => new VolatileDisk()],
];

describe.each(implementations)('%s', (_, make) => {
  let fs: FileSystem;
  let root: string;

  beforeEach(() => {
    fs = make();
    root = mkdtempSync(join(scratch, 'root-'));
    fs.makeDirectory(root);
  });

  const text = (name: string) => {
    const bytes = fs.read(`${root}/${name}`);
    return bytes === undefined ? undefined : Buffer.from(bytes).toString();
  };

  test('what is not there reads as nothing, and removing it is nothing', () => {
    expect([fs.stat(`${root}/a`), text('a'), fs.list(`${root}/a`)]).toEqual([undefined, undefined, []]);
    fs.remove(`${root}/a`);
    expect(() => fs.write(`${root}/a/b`, 0, Buffer.from('x'))).toThrow();
    expect(() => fs.rename(`${root}/a`, `${root}/b`)).toThrow();
    expect(() => fs.sync(`${root}/a`)).toThrow();
    expect(() => fs.syncDirectory(`${root}/a`)).toThrow();
  });

  test('files, and directories, are synced together; one that is missing is told of', async () => {
    const paths = Array.from({ length: 70 }, (_, at) => `${root}/${at}`);
    for (const path of paths) fs.write(path, 0, Buffer.from(path));
    await fs.syncTogether?.(paths);
    await fs.syncDirectoriesTogether?.([root, root]);
    const missing = `${root}/missing`;
    if (fs.syncTogether !== undefined)
      await expect(fs.syncTogether([...paths, missing])).rejects.toThrow(`${missing}: there is no such file`);
    if (fs.syncDirectoriesTogether !== undefined)
      await expect(fs.syncDirectoriesTogether([missing])).rejects.toThrow(missing);
  });

  test('a write ends the file', () => {
    fs.write(`${root}/a`, 0, Buffer.from('0123456789'));
    fs.write(`${root}/a`, 4, Buffer.from('xyz'));
    expect(text('a')).toBe('0123xyz');
    expect(fs.stat(`${root}/a`)).toMatchObject({ directory: false, size: 7 });
    fs.sync(`${root}/a`);
    fs.write(`${root}/a`, 0, new Uint8Array());
    expect(text('a')).toBe('');
  });

  test('a part of a file is read, as far as it goes', () => {
    fs.write(`${root}/a`, 0, Buffer.from('0123456789'));
    const part = (start: number, end?: number) => Buffer.from(fs.read(`${root}/a`, start, end)!).toString();
    expect([part(0), part(4), part(4, 6), part(8, 20), part(10), part(12)]).toEqual([
      '0123456789',
      '456789',
      '45',
      '89',
      '',
      '',
    ]);
    expect(fs.read(`${root}/b`, 2, 3)).toBeUndefined();
  });

  test('what is overwritten is as long as it was', () => {
    fs.write(`${root}/a`, 0, Buffer.from('0123456789'));
    const file = fs.open(`${root}/a`);
    file.overwrite(4, Buffer.from('xyz'), true);
    file.overwrite(0, Buffer.from('a'), false);
    file.close();
    expect(text('a')).toBe('a123xyz789');
    expect(() => fs.open(`${root}/b`)).toThrow();
  });

  test('a file grows by many appends', () => {
    for (let at = 0; at < 1000; at++) fs.write(`${root}/a`, at, Buffer.of(at % 251));
    expect(fs.read(`${root}/a`)).toHaveLength(1000);
    expect(fs.read(`${root}/a`)?.[999]).toBe(999 % 251);
  });

  test('directories are made with their parents, listed, and removed whole', () => {
    fs.makeDirectory(`${root}/d/e/f`);
    fs.makeDirectory(`${root}/d/e/f`);
    fs.write(`${root}/d/e/file`, 0, Buffer.from('x'));
    fs.write(`${root}/dd`, 0, Buffer.from('x'));
    fs.syncDirectory(`${root}/d/e`);
    expect(fs.list(`${root}/d/e`).sort()).toEqual(['f', 'file']);
    expect(fs.stat(`${root}/d/e`)?.directory).toBe(true);
    fs.remove(`${root}/d`);
    expect(fs.list(root)).toEqual(['dd']);
  });

  test('a file has a version, and another one that takes its name has another', () => {
    const version = () => fs.stat(`${root}/a`)!.version;
    fs.write(`${root}/a`, 0, Buffer.from('one'));
    const written = version();
    expect(version()).toBe(written);
    fs.write(`${root}/b`, 0, Buffer.from('one'));
    fs.rename(`${root}/b`, `${root}/a`);
    expect(version()).not.toBe(written);
  });

  test('a rename replaces', () => {
    fs.write(`${root}/a`, 0, Buffer.from('new'));
    fs.write(`${root}/b`, 0, Buffer.from('old and longer'));
    fs.rename(`${root}/a`, `${root}/b`);
    expect([text('a'), text('b')]).toEqual([undefined, 'new']);
  });

  test('only one creates a file', () => {
    expect(fs.createExclusive(`${root}/lock`, Buffer.from('one'))).toBe(true);
    expect(fs.createExclusive(`${root}/lock`, Buffer.from('two'))).toBe(false);
    expect(text('lock')).toBe('one');
    expect(fs.list(root)).toEqual(['lock']);
  });
});
