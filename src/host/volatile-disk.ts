import type { FileStat, FileSystem, OpenFile } from '../engine/storage/host.ts';

interface Inode {
  bytes: Uint8Array;
  durable: Uint8Array;
  /** Pages that were written to since they were last written back, or should have been. */
  readonly dirty: Set<number>;
  /** Up to here the file is as long as it was since it was synced. */
  kept: number;
  version: number;
}

type Names = Map<string, Inode | 'directory'>;

/**
 * A disk that keeps through a power failure what was synced, and of the rest what chance will have: of each sector of a
 * file the old, the new or nothing; of each name in a directory the old or the new.
 */
export class VolatileDisk implements FileSystem {
  #names: Names = new Map([['/', 'directory']]);
  readonly #durable: Names = new Map([['/', 'directory']]);
  #writes = 0;

  stat(path: string): FileStat | undefined {
    const found = this.#names.get(path);
    if (found === undefined) return undefined;
    return found === 'directory'
      ? { directory: true, size: 0, version: '' }
      : { directory: false, size: found.bytes.length, version: `${found.version}` };
  }

  read(path: string, start?: number, end?: number): Uint8Array | undefined {
    const found = this.#names.get(path);
    return found === undefined || found === 'directory' ? undefined : found.bytes.slice(start, end);
  }

  list(path: string): string[] {
    return childrenOf(this.#names, path).map((child) => child.slice(child.lastIndexOf('/') + 1));
  }

  makeDirectory(path: string): void {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      this.#names.set(path.slice(0, end), 'directory');
    }
  }

  write(path: string, offset: number, bytes: Uint8Array): void {
    if (this.#names.get(parentOf(path)) !== 'directory') throw new Error(`${path}: no such directory`);
    const inode = this.#inode(path) ?? {
      bytes: new Uint8Array(),
      durable: new Uint8Array(),
      dirty: new Set(),
      kept: 0,
      version: 0,
    };
    const whole = new Uint8Array(offset + bytes.length);
    whole.set(inode.bytes.subarray(0, offset));
    whole.set(bytes, offset);
    inode.bytes = whole;
    soil(inode, offset, bytes.length);
    inode.kept = Math.min(inode.kept, offset);
    inode.version = ++this.#writes;
    this.#names.set(path, inode);
  }

  open(path: string): OpenFile {
    const inode = this.#inode(path);
    if (inode === undefined) throw new Error(`${path}: no such file`);
    return {
      overwrite: (offset, bytes, isSynced) => {
        inode.bytes = inode.bytes.slice();
        inode.bytes.set(bytes, offset);
        soil(inode, offset, bytes.length);
        inode.version = ++this.#writes;
        if (isSynced) this.sync(path);
      },
      close: () => {},
    };
  }

  sync(path: string): void {
    const inode = this.#inode(path);
    if (inode === undefined) throw new Error(`${path}: no such file`);
    makeDurable(inode);
  }

  /** A sync that fails, as Linux has it: what could not be written back is taken for written, and is not tried again. */
  failSync(path: string): void {
    this.#inode(path)?.dirty.clear();
  }

  syncDirectory(path: string): void {
    if (this.#names.get(path) !== 'directory') throw new Error(`${path}: no such directory`);
    for (const child of childrenOf(this.#durable, path)) {
      if (this.#names.get(child) === undefined) removeTree(this.#durable, child);
    }
    for (const child of childrenOf(this.#names, path)) this.#durable.set(child, this.#names.get(child)!);
  }

  rename(from: string, to: string): void {
    const inode = this.#inode(from);
    if (inode === undefined) throw new Error(`${from}: no such file`);
    this.#names.delete(from);
    this.#names.set(to, inode);
  }

  remove(path: string): void {
    removeTree(this.#names, path);
  }

  createExclusive(path: string, bytes: Uint8Array): boolean {
    if (this.#names.has(path)) return false;
    this.write(path, 0, bytes);
    return true;
  }

  /** Nothing of what was done so far can be lost any more. */
  syncAll(): void {
    this.#durable.clear();
    for (const [path, found] of this.#names) {
      this.#durable.set(path, found);
      if (found !== 'directory') settle(found);
    }
  }

  /** @param chance a number in [0, 1) each time */
  losePower(chance: () => number): void {
    const kept: Names = new Map();
    const paths = new Set([...this.#durable.keys(), ...this.#names.keys()]);
    for (const path of [...paths].sort()) {
      const found = (chance() < 0.5 ? this.#durable : this.#names).get(path);
      const parent = path === '/' ? 'directory' : kept.get(parentOf(path));
      if (found !== undefined && parent === 'directory') kept.set(path, found);
    }
    for (const found of new Set(kept.values())) {
      if (found === 'directory') continue;
      found.bytes = whatIsLeft(found, chance);
      settle(found);
    }
    this.#names = kept;
    this.#durable.clear();
    for (const [path, found] of kept) this.#durable.set(path, found);
  }

  #inode(path: string): Inode | undefined {
    const found = this.#names.get(path);
    return found === 'directory' ? undefined : found;
  }
}

/** What can be read of it is what is on the disk. */
function settle(inode: Inode): void {
  inode.durable = inode.bytes;
  inode.dirty.clear();
  inode.kept = inode.bytes.length;
}

function makeDurable(inode: Inode): void {
  const durable = new Uint8Array(inode.bytes.length);
  durable.set(inode.durable.subarray(0, durable.length));
  for (const page of inode.dirty) {
    const at = page * PAGE;
    if (at < durable.length) durable.set(inode.bytes.subarray(at, at + PAGE), at);
  }
  inode.durable = durable;
  inode.dirty.clear();
  inode.kept = inode.bytes.length;
}

function soil({ dirty }: Inode, offset: number, length: number): void {
  for (let page = Math.floor(offset / PAGE); page * PAGE < offset + length; page++) dirty.add(page);
}

const PAGE = 4096;

const SECTOR = 512;

/** Each sector as it was or as it was written, or zeros where there was none; the length old, new, or of whole sectors. */
function whatIsLeft({ bytes, durable, kept }: Inode, chance: () => number): Uint8Array {
  if (Buffer.compare(bytes, durable) === 0 || chance() < 0.4) return durable;
  const longest = Math.max(bytes.length, durable.length);
  const sectors = Math.floor(chance() * (longest / SECTOR + 1)) * SECTOR;
  const lengths = [bytes.length, durable.length, Math.min(longest, Math.max(kept, sectors))];
  const left = new Uint8Array(lengths[Math.floor(chance() * lengths.length)]!);
  for (let at = 0; at < left.length; at += SECTOR) {
    const source = chance() < 0.5 ? durable : bytes;
    left.set(source.subarray(at, Math.min(at + SECTOR, left.length)), at);
  }
  return left;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function childrenOf(names: Names, path: string): string[] {
  return [...names.keys()].filter((name) => name !== '/' && parentOf(name) === path);
}

function removeTree(names: Names, path: string): void {
  for (const name of [...names.keys()]) {
    if (name === path || name.startsWith(`${path}/`)) names.delete(name);
  }
}
