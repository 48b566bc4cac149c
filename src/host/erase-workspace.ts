import type { Host } from '../engine/storage/host.ts';
import { withLock } from '../engine/storage/lock.ts';

/** Ours, in the order of removal: what is half removed has no cluster left and is made anew when opened. */
const CONTENTS = [
  'clusters',
  'block_service',
  'journal.jsonl',
  'faults.json',
  'agenda.json',
  'workspace.json',
  'format.json',
  'damaged',
];

/**
 * Deletes a workspace's contents, damaged or not, and nothing else that lies in its directory: snapshots stay.
 *
 * @throws WorkspaceError when another process keeps it locked
 */
export function eraseWorkspace(host: Host, directory: string): void {
  if (host.fs.stat(directory) === undefined) return;
  withLock(host, directory, () => {
    for (const name of CONTENTS) host.fs.remove(`${directory}/${name}`);
    host.fs.syncDirectory(directory);
  });
}
