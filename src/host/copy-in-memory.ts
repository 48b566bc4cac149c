import type { FileSystem, Host } from '../engine/storage/host.ts';
import { LOCK, withLock } from '../engine/storage/lock.ts';
import { MemoryFileSystem, memoryHost } from './memory-fs.ts';

/**
 * A host whose disk is memory, with a workspace as it is now, or none where there is none: what is done to it is lost with
 * this process.
 *
 * @throws WorkspaceError when the workspace is in use for 10 s
 */
export function copyInMemory(host: Host, directory: string): Host {
  const memory = new MemoryFileSystem();
  if (host.fs.stat(directory) !== undefined)
    withLock(host, directory, () => copyTree(host.fs, memory, directory));
  return memoryHost(() => host.wallNow(), memory, host.pid);
}

function copyTree(from: FileSystem, to: FileSystem, directory: string): void {
  to.makeDirectory(directory);
  for (const name of from.list(directory)) {
    const path = `${directory}/${name}`;
    if (name.startsWith(LOCK)) continue;
    if (from.stat(path)?.directory === true) copyTree(from, to, path);
    else to.write(path, 0, from.read(path) ?? new Uint8Array());
  }
}
