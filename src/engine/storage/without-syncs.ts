import type { FileSystem } from './host.ts';

/** The same disk, on which nothing is waited for: what is written reaches it when the system will. */
export function withoutSyncs(fs: FileSystem): FileSystem {
  return {
    stat: (path) => fs.stat(path),
    read: (path, start, end) => fs.read(path, start, end),
    list: (path) => fs.list(path),
    makeDirectory: (path) => fs.makeDirectory(path),
    write: (path, offset, bytes) => fs.write(path, offset, bytes),
    open: (path) => {
      const file = fs.open(path);
      return {
        overwrite: (offset, bytes) => file.overwrite(offset, bytes, false),
        close: () => file.close(),
      };
    },
    sync: () => {},
    syncDirectory: () => {},
    rename: (from, to) => fs.rename(from, to),
    remove: (path) => fs.remove(path),
    createExclusive: (path, bytes) => fs.createExclusive(path, bytes),
  };
}
