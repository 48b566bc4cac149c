import type { Disk } from './disk.ts';
import type { FileSystem } from './host.ts';
import { JOURNAL, type Replay, scanJournal } from './journal-scan.ts';
import { encodeRecord, type JournalRecord } from './record.ts';

/** The redo journal: records that are durable before the files they tell about are touched. */
export class Journal {
  readonly #fs: FileSystem;
  readonly #disk: Disk;
  #length = 0;
  /** Of the file: longer than the complete records while it ends in a torn one. */
  #fileLength = 0;
  #exists = false;

  constructor(fs: FileSystem, disk: Disk) {
    this.#fs = fs;
    this.#disk = disk;
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
    this.#length = replay.length;
    this.#fileLength = bytes?.length ?? 0;
    return replay;
  }

  /** Durable when it returns. */
  append(record: JournalRecord): void {
    const path = this.#disk.absolute(JOURNAL);
    const bytes = encodeRecord(record);
    this.#fs.write(path, this.#length, bytes);
    this.#fs.sync(path);
    if (!this.#exists) this.#fs.syncDirectory(this.#disk.absolute(''));
    this.#exists = true;
    this.#length += bytes.length;
    this.#fileLength = this.#length;
  }

  /** Forgets the records before the byte `end`, which are applied; those after it stay. Durable when it returns. */
  forgetUpTo(end: number): void {
    if (end === this.#length) {
      this.truncate();
      return;
    }
    const rest = this.#disk.read(JOURNAL)!.subarray(end, this.#length);
    this.#disk.stage(JOURNAL, rest);
    this.#disk.publish();
    this.#disk.syncDirectories();
    this.#length = rest.length;
    this.#fileLength = rest.length;
  }

  /**
   * Forgets the records, which are applied. Need not be durable: to apply them again changes nothing, and the next
   * record takes their place.
   */
  truncate(): void {
    if (this.#fileLength === 0) return;
    this.#fs.write(this.#disk.absolute(JOURNAL), 0, new Uint8Array());
    this.#length = 0;
    this.#fileLength = 0;
  }
}
