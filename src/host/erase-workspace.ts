import type { Host } from '../engine/storage/host.ts';
import { Lock } from '../engine/storage/lock.ts';

const LOCK_WAIT_MS = 10_000;

/** Ours, in the order of removal: what is half removed has no cluster left and is made anew when opened. */
const CONTENTS = ['clusters', 'journal.jsonl', 'agenda.json', 'workspace.json', 'format.json'];

/**
 * Deletes a workspace's contents, damaged or not, and nothing else that lies in its directory.
 *
 * @throws WorkspaceError when another process keeps it locked
 */
export function eraseWorkspace(host: Host, directory: string): void {
  if (host.fs.stat(directory) === undefined) return;
  const lock = new Lock(host, directory);
  lock.acquire(LOCK_WAIT_MS);
  try {
    for (const name of CONTENTS) host.fs.remove(`${directory}/${name}`);
    host.fs.syncDirectory(directory);
  } finally {
    lock.release();
  }
}
