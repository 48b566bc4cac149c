import type { FileStat, FileSystem, OpenFile } from '../engine/storage/host.ts';

/** The process died: not an error that anything may handle. */
export class Death extends Error {}

/**
 * Passes operations on to a disk until the process dies, at the k-th one, which is done not at all or by half.
 * Afterwards nothing works any more.
 */
export class DyingDisk implements FileSystem {
  operations = 0;
  isDead = false;
  readonly #disk: FileSystem;
  #diesAt: number;
  readonly #how: 'before' | 'half';

  constructor(disk: FileSystem, diesAt = Number.POSITIVE_INFINITY, how: 'before' | 'half' = 'before') {
    this.#disk = disk;
    this.#diesAt = diesAt;
    this.#how = how;
  }

  /** Dies at the k-th operation from now on. */
  dieIn(operations: number): void {
    this.#diesAt = this.operations + operations;
  }

  stat(path: string): FileStat | undefined {
    this.#count();
    return this.#disk.stat(path);
  }

  read(path: string, start?: number, end?: number): Uint8Array | undefined {
    this.#count();
    return this.#disk.read(path, start, end);
  }

  list(path: string): string[] {
    this.#count();
    return this.#disk.list(path);
  }

  makeDirectory(path: string): void {
    this.#count();
    this.#disk.makeDirectory(path);
  }

  write(path: string, offset: number, bytes: Uint8Array): void {
    this.#count(() => this.#disk.write(path, offset, bytes.subarray(0, Math.ceil(bytes.length / 2))));
    this.#disk.write(path, offset, bytes);
  }

  open(path: string): OpenFile {
    this.#count();
    const file = this.#disk.open(path);
    return {
      overwrite: (offset, bytes, isSynced) => {
        const half = bytes.subarray(0, Math.ceil(bytes.length / 2));
        this.#count(() => file.overwrite(offset, half, false));
        file.overwrite(offset, bytes, false);
        if (isSynced) this.sync(path);
      },
      close: () => file.close(),
    };
  }

  sync(path: string): void {
    this.#count();
    this.#disk.sync(path);
  }

  syncDirectory(path: string): void {
    this.#count();
    this.#disk.syncDirectory(path);
  }

  async syncTogether(files: readonly string[]): Promise<void> {
    for (const path of files) this.sync(path);
  }

  async syncDirectoriesTogether(directories: readonly string[]): Promise<void> {
    for (const path of directories) this.syncDirectory(path);
  }

  rename(from: string, to: string): void {
    this.#count();
    this.#disk.rename(from, to);
  }

  remove(path: string): void {
    this.#count(() => {
      const first = this.#disk.list(path).sort()[0];
      if (first !== undefined) this.#disk.remove(`${path}/${first}`);
    });
    this.#disk.remove(path);
  }

  createExclusive(path: string, bytes: Uint8Array): boolean {
    this.#count();
    return this.#disk.createExclusive(path, bytes);
  }

  #count(half: () => void = () => {}): void {
    this.operations++;
    if (this.operations < this.#diesAt) return;
    this.isDead = true;
    if (this.operations === this.#diesAt && this.#how === 'half') half();
    throw new Death(`at operation ${this.#diesAt}`);
  }
}
