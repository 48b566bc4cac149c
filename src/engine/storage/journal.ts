import { damage } from './damage.ts';
import type { Disk } from './disk.ts';
import type { FileSystem } from './host.ts';
import { decodeRecord, encodeRecord, type JournalRecord } from './record.ts';

export const JOURNAL = 'journal.jsonl';
const NEWLINE = 0x0a;

export interface Replay {
  readonly records: readonly JournalRecord[];
  /** Bytes of a last record that was not wholly written, and therefore never acknowledged. */
  readonly tornBytes: number;
}

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

  /** Bytes of complete records. */
  get length(): number {
    return this.#length;
  }

  /**
   * Reads the records left by a process that could not apply them.
   *
   * Only an unterminated last line is torn: a record is written before its newline, and nothing after it.
   * @throws WorkspaceError for any other damage, and where `generation`, the last applied, shows a gap
   */
  read(generation: number): Replay {
    const bytes = this.#disk.read(JOURNAL);
    this.#exists = bytes !== undefined;
    const { lines, length } = splitLines(bytes ?? new Uint8Array());
    this.#length = length;
    this.#fileLength = bytes?.length ?? 0;
    const records = lines.map(({ line, offset }, index) => {
      const record = decodeRecord(line);
      if (record === undefined) throw corrupt(index, offset, 'the record is damaged');
      return { record, offset };
    });
    checkSequence(records, generation);
    return { records: records.map(({ record }) => record), tornBytes: (bytes?.length ?? 0) - length };
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

function splitLines(bytes: Uint8Array) {
  const lines: { line: Uint8Array; offset: number }[] = [];
  let offset = 0;
  for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, offset)) {
    lines.push({ line: bytes.subarray(offset, end), offset });
    offset = end + 1;
  }
  return { lines, length: offset };
}

function checkSequence(
  records: readonly { record: JournalRecord; offset: number }[],
  generation: number,
): void {
  let previous: number | undefined;
  records.forEach(({ record, offset }, index) => {
    const gap = previous === undefined ? record.sequence > generation + 1 : record.sequence !== previous + 1;
    if (gap) throw corrupt(index, offset, `record ${record.sequence} follows ${previous ?? generation}`);
    previous = record.sequence;
  });
  if (previous !== undefined && previous < generation) {
    throw corrupt(0, 0, `ends at record ${previous}, but the files are at ${generation}`);
  }
}

function corrupt(index: number, offset: number, what: string) {
  return damage(JOURNAL, `line ${index + 1} (byte ${offset})`, what);
}
