import type { FileStat, FileSystem, Host, OpenFile } from '../engine/storage/host.ts';
import { WorkspaceError } from '../errors.ts';

/** A file's bytes in a buffer that grows by doubling, so that appending costs what is appended. */
interface MemoryFile {
  buffer: Uint8Array;
  length: number;
  version: number;
}

/** A disk that is gone with the process: `--memory`, and tests. */
export class MemoryFileSystem implements FileSystem {
  readonly #files = new Map<string, MemoryFile>();
  readonly #directories = new Set<string>(['/']);
  #writes = 0;

  stat(path: string): FileStat | undefined {
    const file = this.#files.get(path);
    if (file !== undefined) return { directory: false, size: file.length, version: `${file.version}` };
    return this.#directories.has(path) ? { directory: true, size: 0, version: '' } : undefined;
  }

  read(path: string, start = 0, end = Number.POSITIVE_INFINITY): Uint8Array | undefined {
    const file = this.#files.get(path);
    return file?.buffer.slice(start, Math.min(end, file.length));
  }

  list(path: string): string[] {
    const prefix = path === '/' ? '/' : `${path}/`;
    return [...this.#files.keys(), ...this.#directories]
      .filter((name) => name.startsWith(prefix) && name !== prefix && !name.includes('/', prefix.length))
      .map((name) => name.slice(prefix.length));
  }

  makeDirectory(path: string): void {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      this.#directories.add(path.slice(0, end));
    }
  }

  write(path: string, offset: number, bytes: Uint8Array): void {
    this.#mustHaveParent(path);
    const file = this.#files.get(path) ?? { buffer: new Uint8Array(64), length: 0, version: 0 };
    const length = offset + bytes.length;
    if (length > file.buffer.length) {
      const grown = new Uint8Array(Math.max(length, 2 * file.buffer.length));
      grown.set(file.buffer.subarray(0, file.length));
      file.buffer = grown;
    }
    if (offset > file.length) file.buffer.fill(0, file.length, offset);
    file.buffer.set(bytes, offset);
    file.length = length;
    file.version = ++this.#writes;
    this.#files.set(path, file);
  }

  open(path: string): OpenFile {
    const file = this.#files.get(path);
    if (file === undefined) throw missing(path);
    return {
      overwrite: (offset, bytes) => {
        file.buffer.set(bytes, offset);
        file.version = ++this.#writes;
      },
      close: () => {},
    };
  }

  sync(path: string): void {
    if (!this.#files.has(path)) throw missing(path);
  }

  syncDirectory(path: string): void {
    if (!this.#directories.has(path)) throw missing(path);
  }

  rename(from: string, to: string): void {
    const file = this.#files.get(from);
    if (file === undefined) throw missing(from);
    this.#mustHaveParent(to);
    this.#files.delete(from);
    this.#files.set(to, file);
  }

  remove(path: string): void {
    const gone = (name: string) => name === path || name.startsWith(`${path}/`);
    for (const name of this.#files.keys()) if (gone(name)) this.#files.delete(name);
    for (const name of this.#directories) if (gone(name)) this.#directories.delete(name);
  }

  createExclusive(path: string, bytes: Uint8Array): boolean {
    if (this.#files.has(path)) return false;
    this.write(path, 0, bytes);
    return true;
  }

  #mustHaveParent(path: string): void {
    const parent = path.slice(0, path.lastIndexOf('/')) || '/';
    if (!this.#directories.has(parent)) throw missing(parent);
  }
}

function missing(path: string): WorkspaceError {
  return new WorkspaceError(`${path}: there is no such file or directory (ENOENT)`);
}

/**
 * A host whose disk is memory. It shares nothing with other processes, so that only its own one is alive.
 *
 * @param wallNow microseconds since 1970
 */
export function memoryHost(wallNow: () => number, fs: FileSystem = new MemoryFileSystem(), pid = 1): Host {
  return {
    fs,
    pid,
    processStart: '',
    isAlive: (other) => other === pid,
    wallNow,
    // Nobody else can release what we wait for.
    pause: () => {},
    whileBlocked: (work) => work(),
  };
}
