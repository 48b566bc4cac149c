import { damage } from './damage.ts';
import type { Disk } from './disk.ts';
import { FORMAT } from './format.ts';
import { JOURNAL } from './journal-scan.ts';
import { Layer, within } from './layer.ts';
import { LOCK } from './lock.ts';
import { SealedFile } from './sealed-file.ts';

/** The directory tree as a command sees it: the disk, what is committed above it, the command's own changes on top. */
export class Tree {
  pending = new Layer();
  committed = new Layer();
  /** What the journal removes, as long as it holds that, and the committed layer tells of no more. */
  removedAgain = new Layer();
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** The running command changes what is at `path`. */
  create(path: string): void {
    const { pending, committed } = this;
    if (!committed.created.has(path) || pending.removed.size > 0) pending.created.add(path);
  }

  /** The running command removes what is at `path`. @returns whether anything is */
  remove(path: string): boolean {
    const isThere = this.exists(path);
    if (isThere) this.pending.remove(path);
    return isThere;
  }

  exists(path: string): boolean {
    for (const layer of [this.pending, this.committed]) {
      if (layer.creates(path)) return true;
      if (layer.removes(path)) return false;
    }
    return this.#disk.stat(path) !== undefined;
  }

  /** Whether a document is at `path` before the running command creates it; what the command removes is not. */
  wasThere(path: string): boolean {
    if (this.pending.removes(path)) return false;
    if (this.committed.created.has(path)) return true;
    return !this.committed.removes(path) && this.#disk.stat(path) !== undefined;
  }

  /** Sorted names, of those that end so. */
  list(directory: string, ending = ''): string[] {
    const isWanted = (name: string) => name.endsWith(ending);
    let names: Iterable<string> = this.#disk
      .list(directory)
      .filter((name) => isWanted(name) && !isReserved(within(directory, name)));
    for (const layer of [this.committed, this.pending]) names = layer.namesIn(directory, names);
    return [...names].filter(isWanted).sort();
  }

  /**
   * An immutable file, a part at a time.
   *
   * @throws WorkspaceError when it is missing or is not what was put there
   */
  *readingFile(path: string): Generator<void, SealedFile> {
    const bytes = yield* this.#finding(path);
    if (bytes === undefined) throw damage(path, '', 'is missing');
    return yield* SealedFile.checked(path, bytes);
  }

  /** Whether something is at `path`, or is to be, that may be needed, be it of a command that is undone. */
  isTaken(path: string): boolean {
    const { pending, committed } = this;
    return pending.files.has(path) || committed.files.has(path) || this.#disk.stat(path) !== undefined;
  }

  /** Whether what is at `path` on the disk is of no use, if the journal has all that is committed. */
  isGone(path: string): boolean {
    return this.committed.removes(path) && !this.committed.creates(path);
  }

  /** The running command has written an immutable file. */
  put(path: string): void {
    const layers = [this.pending, this.committed, this.removedAgain];
    if (layers.some((layer) => layer.removes(path))) this.pending.kept.add(path);
  }

  *#finding(path: string): Generator<void, Uint8Array | undefined> {
    for (const layer of [this.pending, this.committed]) {
      const text = layer.files.get(path);
      if (text !== undefined) return Buffer.from(text);
      if (layer.kept.has(path)) break;
      if (layer.removes(path)) return undefined;
    }
    return yield* this.#disk.reading(path);
  }
}

/** Paths are ours; a user's name in one was checked before. A slip must not leave the workspace. */
export function checkPath(path: string): void {
  const wrong = (part: string) =>
    ['', '.', '..'].includes(part) || part.includes('\0') || part.endsWith('.tmp');
  if (isReserved(path) || path.split('/').some(wrong)) {
    throw new Error(`not a path for the workspace: ${JSON.stringify(path)}`);
  }
}

function isReserved(path: string): boolean {
  return path === FORMAT || path === JOURNAL || path === LOCK || path.startsWith(`${LOCK}.`);
}
