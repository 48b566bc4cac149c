import type { Disk } from './disk.ts';
import { readFormat, SNAPSHOTS, writeFormat } from './format.ts';
import { JOURNAL } from './journal-scan.ts';
import { stateFiles, stateNames } from './state-files.ts';

/** Makes the workspace if there is none, finishes restoring it; the last journal record that the files contain. */
export function prepareFiles(disk: Disk): number {
  const format = readFormat(disk);
  if (format?.restoring !== undefined) return restoreSnapshot(disk, format.restoring, format.generation);
  if (format === undefined) writeFormat(disk, { generation: 0 });
  return format?.generation ?? 0;
}

/**
 * Puts the files of a snapshot in the place of a workspace's. Whoever opens the workspace after an interruption does it
 * again, from the beginning.
 *
 * @returns the generation that the workspace has then
 */
export function restoreSnapshot(disk: Disk, name: string, generation: number): number {
  writeFormat(disk, { generation, restoring: name });
  for (const old of [JOURNAL, ...stateNames(disk)]) disk.remove(old);
  copyState(disk, `${SNAPSHOTS}/${name}`, '');
  writeFormat(disk, { generation: generation + 1 });
  return generation + 1;
}

/** Copies the files of a workspace's state, and returns how many bytes they have. */
export function copyState(disk: Disk, from: string, to: string): { files: number; bytes: number } {
  const inside = (root: string, path: string) => (root === '' ? path : `${root}/${path}`);
  const paths = stateFiles(disk, from).map((path) => (from === '' ? path : path.slice(from.length + 1)));
  let total = 0;
  for (const path of paths) {
    const bytes = disk.read(inside(from, path)) ?? new Uint8Array();
    disk.stage(inside(to, path), bytes);
    total += bytes.length;
  }
  disk.publish();
  disk.syncDirectories();
  return { files: paths.length, bytes: total };
}
