import { Disk } from '../storage/disk.ts';
import { DAMAGED } from '../storage/format.ts';
import type { FileSystem } from '../storage/host.ts';

/** What was put right, and how. */
export interface Mended {
  readonly path: string;
  readonly how: string;
}

/** Replaces files of a workspace that nobody has open, and keeps what was there. */
export class Rewriter {
  readonly #disk: Disk;

  constructor(fs: FileSystem, directory: string) {
    this.#disk = new Disk(fs, directory);
  }

  read(path: string): Uint8Array | undefined {
    return this.#disk.read(path);
  }

  replace(path: string, contents: string | Uint8Array): void {
    this.#stageKept(path);
    this.#disk.stage(path, contents);
    this.#disk.publish();
    this.#disk.syncDirectories();
  }

  keep(path: string): void {
    this.#stageKept(path);
    this.#disk.publish();
    this.#disk.syncDirectories();
  }

  /** Takes a file out of the workspace's state. */
  setAside(path: string): void {
    this.keep(path);
    this.#disk.remove(path);
    this.#disk.syncDirectories();
  }

  #stageKept(path: string): void {
    const bytes = this.read(path);
    if (bytes !== undefined) this.#disk.stage(`${DAMAGED}/${path}`, bytes);
  }
}
