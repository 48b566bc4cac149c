import type { FileStat, FileSystem, OpenFile } from '../../src/engine/storage/host.ts';
import { WorkspaceError } from '../../src/errors.ts';
import { VolatileDisk } from '../../src/host/volatile-disk.ts';

export const CODES = ['ENOSPC', 'EIO', 'EROFS', 'EMFILE'] as const;

/** Passes operations on to a disk, but for the k-th one, or all from there on, which the system refuses. */
export class FailingDisk implements FileSystem {
  operations = 0;
  /** Files that were written or synced again after a sync of theirs had failed. */
  readonly retried: string[] = [];
  readonly #disk: FileSystem;
  readonly #failsAt: number;
  readonly #code: string;
  readonly #forEver: boolean;
  readonly #unsynced = new Set<string>();

  constructor(disk: FileSystem, failsAt: number, code: string, forEver: boolean) {
    this.#disk = disk;
    this.#failsAt = failsAt;
    this.#code = code;
    this.#forEver = forEver;
  }

  stat(path: string): FileStat | undefined {
    this.#refuse(path);
    return this.#disk.stat(path);
  }

  read(path: string, start?: number, end?: number): Uint8Array | undefined {
    this.#refuse(path);
    return this.#disk.read(path, start, end);
  }

  list(path: string): string[] {
    this.#refuse(path);
    return this.#disk.list(path);
  }

  makeDirectory(path: string): void {
    this.#refuse(path);
    this.#disk.makeDirectory(path);
  }

  write(path: string, offset: number, bytes: Uint8Array): void {
    if (this.#unsynced.has(path)) this.retried.push(path);
    this.#refuse(path, () => this.#disk.write(path, offset, bytes.subarray(0, Math.floor(bytes.length / 2))));
    this.#disk.write(path, offset, bytes);
  }

  open(path: string): OpenFile {
    this.#refuse(path);
    const file = this.#disk.open(path);
    return {
      overwrite: (offset, bytes, isSynced) => {
        if (this.#unsynced.has(path)) this.retried.push(path);
        const half = bytes.subarray(0, Math.floor(bytes.length / 2));
        this.#refuse(path, () => file.overwrite(offset, half, false));
        file.overwrite(offset, bytes, false);
        if (isSynced) this.sync(path);
      },
      close: () => file.close(),
    };
  }

  sync(path: string): void {
    if (this.#unsynced.has(path)) this.retried.push(path);
    this.#refuse(path, () => {
      this.#unsynced.add(path);
      if (this.#disk instanceof VolatileDisk) this.#disk.failSync(path);
    });
    this.#disk.sync(path);
  }

  syncDirectory(path: string): void {
    this.#refuse(path);
    this.#disk.syncDirectory(path);
  }

  async syncTogether(files: readonly string[]): Promise<void> {
    for (const path of files) this.sync(path);
  }

  async syncDirectoriesTogether(directories: readonly string[]): Promise<void> {
    for (const path of directories) this.syncDirectory(path);
  }

  rename(from: string, to: string): void {
    this.#refuse(to);
    this.#disk.rename(from, to);
  }

  remove(path: string): void {
    this.#refuse(path);
    this.#disk.remove(path);
  }

  createExclusive(path: string, bytes: Uint8Array): boolean {
    this.#refuse(path);
    return this.#disk.createExclusive(path, bytes);
  }

  /** @param half what is done all the same */
  #refuse(path: string, half: () => void = () => {}): void {
    this.operations++;
    const fails = this.#forEver ? this.operations >= this.#failsAt : this.operations === this.#failsAt;
    if (!fails) return;
    half();
    throw new WorkspaceError(`${path}: the system refused (${this.#code})`);
  }
}
