import type { Disk } from './disk.ts';
import { DAMAGED, FORMAT, SNAPSHOTS } from './format.ts';
import { JOURNAL } from './journal-scan.ts';
import { LOCK } from './lock.ts';

/** The files of a workspace's state below a directory, in no order; without the store's own, and what a person hid there. */
export function stateFiles(disk: Disk, root = ''): string[] {
  return stateNames(disk, root).flatMap((name) => filesBelow(disk, root === '' ? name : `${root}/${name}`));
}

/** The names at the top of a workspace's state. */
export function stateNames(disk: Disk, root = ''): string[] {
  return disk.list(root).filter((name) => !isAside(name));
}

function filesBelow(disk: Disk, path: string): string[] {
  if (disk.stat(path)?.directory !== true) return [path];
  return disk.list(path).flatMap((name) => filesBelow(disk, `${path}/${name}`));
}

function isAside(name: string): boolean {
  return (
    [FORMAT, JOURNAL, LOCK, SNAPSHOTS, DAMAGED].includes(name) ||
    name.startsWith(`${LOCK}.`) ||
    name.startsWith('.')
  );
}
