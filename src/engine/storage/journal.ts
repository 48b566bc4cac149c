import { type Disk, SYNCED_AT_ONCE_BYTES } from './disk.ts';
import type { FileSystem, OpenFile } from './host.ts';
import { JOURNAL, NEWLINE, type Replay, scanJournal } from './journal-scan.ts';
import { encodeRecord, encodingRecord, type JournalRecord } from './record.ts';
import { PART_BYTES } from './sealed-file.ts';

const MOST_PADDING_BYTES = 256 * 1024;

/**
 * The redo journal: records that are durable before the files they tell about are touched.
 *
 * Whoever appends again and again writes newlines ahead, as many bytes as it has appended: a record that takes the place of
 * such padding is on the disk in half the time, since the file grows no longer with it.
 */
export class Journal {
  readonly #fs: FileSystem;
  readonly #disk: Disk;
  #length = 0;
  /** Of the file: longer than the complete records while it ends in padding, or in a torn one. */
  #fileLength = 0;
  /** Bytes behind the records that are ours to be overwritten. */
  #padding = 0;
  /** Where the first record begins that was appended since the file was read or cut. */
  #appendedFrom = 0;
  #exists = false;
  /** While records take the place of padding. */
  #file: OpenFile | undefined;

  constructor(fs: FileSystem, disk: Disk) {
    this.#fs = fs;
    this.#disk = disk;
  }

  /** Whether others must not have the file as it is. */
  get isHeld(): boolean {
    return this.#padding > 0 || this.#file !== undefined;
  }

  /** Whether there is nothing in the file, not even a torn record. */
  get isEmpty(): boolean {
    return this.#fileLength === 0;
  }

  /** Whether somebody else has written to the file. */
  get isChanged(): boolean {
    return (this.#disk.stat(JOURNAL)?.size ?? 0) !== this.#fileLength;
  }

  /** Bytes of complete records. */
  get length(): number {
    return this.#length;
  }

  /**
   * Reads the records left by a process that could not apply them.
   *
   * @param generation the last record that the files contain
   * @throws WorkspaceError for damage, and where a record is missing
   */
  read(generation: number): Replay {
    const bytes = this.#disk.read(JOURNAL);
    this.#exists = bytes !== undefined;
    const replay = scanJournal(bytes ?? new Uint8Array(), generation);
    this.#setEnd(replay.length, bytes?.length);
    return replay;
  }

  /**
   * Writes the records that were read into a file of its own. Of one that a process left that died, or whose disk failed it,
   * no sync says that it is on the disk: the system may take for written what it could not write.
   */
  renew(): void {
    if (this.#length > 0) this.#replace(this.#disk.read(JOURNAL, 0, this.#length)!);
  }

  /** Durable when it returns. */
  append(record: JournalRecord): void {
    const path = this.#disk.absolute(JOURNAL);
    const bytes = encodeRecord(record);
    if (bytes.length <= this.#padding) {
      this.#file ??= this.#fs.open(path);
      this.#file.overwrite(this.#length, bytes, true);
    } else this.#writePadded(path, bytes);
    this.#length += bytes.length;
    this.#padding = this.#fileLength - this.#length;
  }

  /** The same of a long one, in steps. Before the last of them it is torn, as one whose write was interrupted. */
  *appending(record: JournalRecord): Generator<void, void> {
    const path = this.#disk.absolute(JOURNAL);
    this.close();
    let end = this.#length;
    let synced = end;
    for (const bytes of encodingRecord(record)) {
      this.#fs.write(path, end, bytes);
      end += bytes.length;
      if (end - synced > SYNCED_AT_ONCE_BYTES) {
        this.#fs.sync(path);
        synced = end;
      }
      yield;
    }
    this.#sync(path);
    this.#length = end;
    this.#fileLength = end;
    this.#padding = 0;
  }

  /** Forgets the records before the byte `end`, which are applied, in steps; those after it stay. Durable at the end. */
  *forgettingUpTo(end: number): Generator<void, void> {
    if (end === this.#length) {
      this.truncate();
      return;
    }
    let at = end;
    try {
      for (; this.#length - at > PART_BYTES; at += PART_BYTES) {
        this.#disk.draft(JOURNAL, at - end, this.#disk.read(JOURNAL, at, at + PART_BYTES)!);
        yield;
      }
      this.#disk.draft(JOURNAL, at - end, this.#disk.read(JOURNAL, at, this.#length)!);
      this.#disk.stageDraft(JOURNAL);
    } finally {
      this.#disk.discardDraft(JOURNAL);
    }
    this.#publish(this.#length - end);
  }

  /** Takes the padding away, so that the file's length tells whether somebody else has written to it. Need not be durable. */
  leave(): void {
    this.#cutAt(this.#length);
  }

  /**
   * Forgets the records, which are applied. Need not be durable: to apply them again changes nothing, and the next
   * record takes their place.
   */
  truncate(): void {
    if (this.#fileLength > 0) this.#cutAt(0);
  }

  close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  #writePadded(path: string, record: Uint8Array): void {
    const padding = Math.min(this.#length - this.#appendedFrom, MOST_PADDING_BYTES);
    const bytes = new Uint8Array(record.length + padding).fill(NEWLINE, record.length);
    bytes.set(record);
    this.#fs.write(path, this.#length, bytes);
    this.#sync(path);
    this.#fileLength = this.#length + bytes.length;
  }

  #sync(path: string): void {
    this.#fs.sync(path);
    if (!this.#exists) this.#fs.syncDirectory(this.#disk.absolute(''));
    this.#exists = true;
  }

  #replace(records: Uint8Array): void {
    this.#disk.stage(JOURNAL, records);
    this.#publish(records.length);
  }

  #publish(length: number): void {
    this.#disk.publish();
    this.#disk.syncDirectories();
    this.#setEnd(length);
  }

  #cutAt(length: number): void {
    this.#fs.write(this.#disk.absolute(JOURNAL), length, new Uint8Array());
    this.#setEnd(length);
  }

  /** Takes note of where the records end, and the file; what follows is not ours to be overwritten. */
  #setEnd(length: number, fileLength = length): void {
    this.close();
    this.#length = length;
    this.#fileLength = fileLength;
    this.#padding = 0;
    this.#appendedFrom = length;
  }
}
