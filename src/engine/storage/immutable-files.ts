import type { Condition } from './condition.ts';
import type { Disk } from './disk.ts';
import { textOf } from './seal.ts';
import { filePieces, lengthOfFile, type SealedFile } from './sealed-file.ts';
import { checkPath, type Tree } from './tree.ts';

/** Up to so many bytes a file is in the journal before it is one, so that many short ones share its sync. */
const SHORT_BYTES = 4 * 1024;

/** Writes and reads files that never change, a part at a time. */
export class ImmutableFiles {
  readonly #disk: Disk;
  readonly #tree: Tree;
  readonly #condition: Condition;
  readonly #isGone: (path: string) => boolean;
  readonly #write: (work: () => void) => void;
  /** Those that the running command has written already. */
  readonly #written = new Set<string>();
  /** The one that it has begun to write. */
  #draft: string | undefined;

  /**
   * @param isGone whether the journal removes what is at a path on the disk
   * @param write does what writes to the disk
   */
  constructor(
    disk: Disk,
    tree: Tree,
    condition: Condition,
    isGone: (path: string) => boolean,
    write: (work: () => void) => void,
  ) {
    this.#isGone = isGone;
    this.#disk = disk;
    this.#tree = tree;
    this.#condition = condition;
    this.#write = write;
  }

  *putting(
    path: string,
    content: SealedFile | Iterable<string>,
    mayShareSync: boolean,
  ): Generator<void, number> {
    this.#condition.mustBeOpen();
    checkPath(path);
    const { isShort, pieces } = yield* lookInto(filePieces(content));
    const isTaken = this.#tree.isTaken(path);
    // The committed state may need what is there: the new file takes its place with the journal.
    if ((isShort && mayShareSync) || (isTaken && !this.#isGone(path)))
      return lengthOfFile(yield* this.#journaling(path, pieces));
    if (isTaken) this.#write(() => this.#disk.remove(path));
    return lengthOfFile(yield* this.#writing(path, pieces));
  }

  *reading(path: string): Generator<void, SealedFile> {
    this.#condition.mustBeOpen();
    checkPath(path);
    return yield* this.#tree.readingFile(path);
  }

  /** The running command is over: what it has written stays. */
  commit(): void {
    if (this.#written.size > 0) this.#written.clear();
  }

  /** Takes away what the running command has written. */
  rollback(): void {
    const draft = this.#draft;
    if (draft !== undefined) this.#write(() => this.#disk.discardDraft(draft));
    this.#draft = undefined;
    if (this.#written.size > 0) this.#write(() => this.#disk.takeBack(this.#written));
    this.#written.clear();
  }

  *#journaling(path: string, pieces: Iterable<Uint8Array>): Generator<void, number> {
    const parts: Uint8Array[] = [];
    for (const piece of pieces) {
      if (parts.length > 0) yield;
      parts.push(piece);
    }
    const bytes = Buffer.concat(parts);
    this.#tree.pending.putFile(path, textOf(bytes));
    return bytes.length;
  }

  *#writing(path: string, pieces: Iterable<Uint8Array>): Generator<void, number> {
    this.#draft = path;
    let length = 0;
    for (const piece of pieces) {
      if (length > 0) yield;
      this.#write(() => this.#disk.draft(path, length, piece));
      length += piece.length;
    }
    this.#write(() => {
      this.#disk.stageDraft(path);
      this.#disk.publish();
    });
    this.#draft = undefined;
    this.#written.add(path);
    this.#tree.put(path);
    return length;
  }
}

interface FilePieces {
  readonly isShort: boolean;
  readonly pieces: Iterable<Uint8Array>;
}

/** The pieces of a file, and whether that is only a short one. */
function* lookInto(pieces: Generator<Uint8Array, void>): Generator<void, FilePieces> {
  const first = pieces.next().value as Uint8Array;
  if (first.length > SHORT_BYTES) return { isShort: false, pieces: following([first], pieces) };
  yield;
  const second = pieces.next();
  if (second.done === true) return { isShort: true, pieces: [first] };
  return { isShort: false, pieces: following([first, second.value], pieces) };
}

function* following<T>(first: readonly T[], others: Iterable<T>): Generator<T, void> {
  yield* first;
  yield* others;
}
