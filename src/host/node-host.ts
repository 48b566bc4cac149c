import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import type { FileStat, FileSystem, Host, OpenFile } from '../engine/storage/host.ts';
import { WorkspaceError } from '../errors.ts';
import { refusalText } from './refusals.ts';

/** This process on this machine. */
export function nodeHost(): Host {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  return {
    fs: nodeFileSystem,
    pid: process.pid,
    processStart: startOf(process.pid) ?? '',
    isAlive,
    wallNow: () => Date.now() * 1000,
    pause: (ms) => {
      Atomics.wait(sleeper, 0, 0, ms);
    },
    whileBlocked,
  };
}

/** Windows has no handle on a directory to sync; NTFS journals names by itself. */
const SYNCS_DIRECTORIES = process.platform !== 'win32';
/** Files that are synced together. */
const TOGETHER = 64;
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Handlers would not run before the thread is free again: without them the signals do what they usually do. */
function whileBlocked<T>(work: () => T): T {
  const taken = ENDING_SIGNALS.flatMap((signal) =>
    process.rawListeners(signal).map((handler) => ({ signal, handler: handler as () => void })),
  );
  for (const signal of ENDING_SIGNALS) process.removeAllListeners(signal);
  try {
    return work();
  } finally {
    for (const { signal, handler } of taken) process.on(signal, handler);
  }
}

export const nodeFileSystem: FileSystem = {
  stat(path): FileStat | undefined {
    return unlessMissing(path, () => {
      const stat = statSync(path);
      return { directory: stat.isDirectory(), size: stat.size, version: `${stat.ino} ${stat.ctimeMs}` };
    });
  },

  read: (path, start, end) =>
    unlessMissing(path, () => (start === undefined ? readFileSync(path) : readPart(path, start, end))),

  list: (path) => unlessMissing(path, () => readdirSync(path)) ?? [],

  makeDirectory: (path) => told(path, () => void mkdirSync(path, { recursive: true })),

  write(path, offset, bytes): void {
    withFile(path, openForWriting, (fd) => {
      writeAll(fd, offset, bytes);
      if (fstatSync(fd).size > offset + bytes.length) ftruncateSync(fd, offset + bytes.length);
    });
  },

  open(path): OpenFile {
    const fd = told(path, () => openExisting(path));
    return {
      overwrite: (offset, bytes, isSynced) =>
        told(path, () => {
          writeAll(fd, offset, bytes);
          if (isSynced) fdatasyncSync(fd);
        }),
      close: () => closeSync(fd),
    };
  },

  sync: (path) => withFile(path, openExisting, fdatasyncSync),

  syncDirectory(path): void {
    if (SYNCS_DIRECTORIES) withFile(path, openDirectory, fsyncSync);
  },

  syncTogether: (paths) => together(paths, (path) => syncing(path, openExisting, fdatasync)),

  async syncDirectoriesTogether(paths) {
    if (SYNCS_DIRECTORIES) await together(paths, (path) => syncing(path, openDirectory, fsync));
  },

  rename: (from, to) => told(to, () => renameSync(from, to)),

  remove: (path) => told(path, () => isUnlinked(path) || rmSync(path, { recursive: true, force: true })),

  createExclusive(path, bytes): boolean {
    const temporary = `${path}.${process.pid}.tmp`;
    return told(path, () => {
      writeFileSync(temporary, bytes);
      try {
        linkSync(temporary, path);
        return true;
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false;
        throw error;
      } finally {
        isUnlinked(temporary);
      }
    });
  },
};

/** What is removed is nearly always a file: for that, `rmSync` loads more of Node.js than a short command needs. */
function isUnlinked(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}

function withFile(path: string, open: (path: string) => number, use: (fd: number) => void): void {
  told(path, () => {
    const fd = open(path);
    try {
      use(fd);
    } finally {
      closeSync(fd);
    }
  });
}

/** As many as may be open besides all else; what goes wrong with any of them is thrown when all are done. */
async function together(paths: readonly string[], work: (path: string) => Promise<void>): Promise<void> {
  for (let at = 0; at < paths.length; at += TOGETHER) {
    const results = await Promise.allSettled(paths.slice(at, at + TOGETHER).map(work));
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }
}

async function syncing(
  path: string,
  open: (path: string) => number,
  sync: (fd: number, done: (error: Error | null) => void) => void,
): Promise<void> {
  const fd = told(path, () => open(path));
  const error = await new Promise<Error | null>((resolve) => sync(fd, resolve));
  told(path, () => {
    closeSync(fd);
    if (error !== null) throw error;
  });
}

function writeAll(fd: number, offset: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(fd, bytes, written, bytes.length - written, offset + written);
  }
}

function readPart(path: string, start: number, end = Number.POSITIVE_INFINITY): Uint8Array {
  const fd = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(Math.max(0, Math.min(end, fstatSync(fd).size) - start));
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(fd, bytes, length, bytes.length - length, start + length);
    return bytes.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}

function openExisting(path: string): number {
  return openSync(path, 'r+');
}

function openDirectory(path: string): number {
  return openSync(path, 'r');
}

/** Node has no flag that creates a file and neither truncates it nor appends: try, then create. */
function openForWriting(path: string): number {
  try {
    return openExisting(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
    return openSync(path, 'w+');
  }
}

function unlessMissing<T>(path: string, read: () => T): T | undefined {
  return told(path, () => {
    try {
      return read();
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return undefined;
      throw error;
    }
  });
}

/** Runs an operation on `path`; what the system refuses becomes one line that says where and why. */
function told<T>(path: string, operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    const code = codeOf(error);
    if (code === '') throw error;
    throw new WorkspaceError(`${path}: ${refusalText(code)}`);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false;
    // EPERM: somebody else's process, but one that runs.
  }
  if (process.platform !== 'linux') return true;
  const now = startOf(pid);
  return now !== undefined && (start === '' || now === start);
}

/**
 * When a process started, in the kernel's ticks, and which boot that was; `undefined` when it is no more, or where the
 * system has no /proc: the pid alone must do there.
 */
function startOf(pid: number): string | undefined {
  try {
    // The second field is the program's name in parentheses, which may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${fields[19]}-${boot}`;
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(codeOf(error))) return undefined;
    throw error;
  }
}
