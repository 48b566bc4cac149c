import type { Log } from './contract.ts';
import { damage } from './damage.ts';
import { damageOf, OBJECT_SEAL, seal, sealLength, unseal } from './seal.ts';

const NEWLINE = 0x0a;
const SEAL_AND_NEWLINE = sealLength(OBJECT_SEAL) - '}'.length + 1;

/** Where a log's text comes from, and where it goes. */
export interface LogFile {
  readonly path: string;
  size(): number;
  /** Its first `end` bytes. */
  load(end: number): Uint8Array | undefined;
  save(offset: number, text: string): void;
}

/** Records appended at a byte offset, as JSON texts without their newlines. */
export interface Appended {
  readonly offset: number;
  readonly texts: readonly string[];
}

/**
 * A log: what its file holds, what the journal has for it, and what the running command appended.
 *
 * In the file each record carries a checksum of itself and of the byte it begins at, so that none is missing in front of
 * it and none stands elsewhere.
 */
export class StoredLog implements Log<unknown> {
  readonly path: string;
  readonly #file: LogFile;
  readonly #onChange: () => void;
  /** Bytes of the file that are committed; unknown until somebody asks. */
  #base: number | undefined;
  #unapplied: string[] = [];
  #unappliedBytes = 0;
  #pending: string[] = [];
  #pendingBytes = 0;
  #cleared = false;
  /** Records of the file that are committed; unknown until somebody reads it. */
  #baseCount: number | undefined;

  /** @param onChange called with the first record of each command */
  constructor(file: LogFile, onChange: () => void) {
    this.path = file.path;
    this.#file = file;
    this.#onChange = onChange;
  }

  append(record: unknown): void {
    const { text, bytes } = textOfRecord(record);
    if (!text.startsWith('{"')) throw new Error(`${this.path}: a record that is no object of JSON`);
    if (this.#pending.length === 0) this.#onChange();
    this.#pending.push(text);
    this.#pendingBytes += bytes;
  }

  records(): unknown[] {
    return this.since(0);
  }

  since(index: number): unknown[] {
    const recent = [...(this.#cleared ? [] : this.#unapplied), ...this.#pending];
    const inFile = this.#cleared ? 0 : this.#baseCount;
    if (inFile !== undefined && index >= inFile) return recent.slice(index - inFile).map(parse);
    return [...this.#fileLines(), ...recent].slice(index).map(parse);
  }

  get bytes(): number {
    return (this.#cleared ? 0 : this.#committedBytes()) + this.#pendingBytes;
  }

  get count(): number {
    if (this.#cleared) return this.#pending.length;
    return (this.#baseCount ?? this.#fileLines().length) + this.#unapplied.length + this.#pending.length;
  }

  /** Removes all, in the command that is running. */
  clear(): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#cleared = true;
  }

  /** What the running command appended. */
  get changes(): Appended {
    return { offset: this.#cleared ? 0 : this.#committedBytes(), texts: this.#pending };
  }

  /** Makes committed what `changes` gave, or what the journal holds. */
  accept({ offset, texts }: Appended): void {
    if (this.#unapplied.length === 0) this.#base ??= offset;
    if (offset !== this.#committedBytes()) {
      throw damage(
        this.path,
        `byte ${offset}`,
        `the journal goes on here, but the log ends at ${this.#committedBytes()}`,
      );
    }
    for (const text of texts) {
      this.#unapplied.push(text);
      this.#unappliedBytes += lineBytes(text);
    }
    this.#pending = [];
    this.#pendingBytes = 0;
  }

  /** Makes committed that the log is gone. */
  acceptRemoval(): void {
    this.#base = 0;
    this.#baseCount = 0;
    this.#unapplied = [];
    this.#unappliedBytes = 0;
    this.#cleared = false;
  }

  /** Drops the running command's changes. */
  rollback(): void {
    if (this.#pending.length === 0 && !this.#cleared) return;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#cleared = false;
  }

  /** Forgets the file's contents: another process may have changed them. */
  unload(): void {
    this.acceptRemoval();
    this.#base = undefined;
    this.#baseCount = undefined;
  }

  /** @throws WorkspaceError when the file is shorter than what the journal adds to */
  verify(): void {
    const base = this.#base ?? 0;
    if (base > this.#file.size()) {
      throw damage(
        this.path,
        `byte ${this.#file.size()}`,
        `ends here, but the journal adds to it at ${base}`,
      );
    }
  }

  /** Brings the file up to what is committed, or nearer to it by about `mostBytes`. @returns whether it is all there now */
  save(mostBytes = Number.POSITIVE_INFINITY): boolean {
    const base = this.#base ?? 0;
    const isPart = mostBytes < this.#unappliedBytes;
    const count = isPart ? countWithin(this.#unapplied, mostBytes) : this.#unapplied.length;
    const texts = this.#unapplied.splice(0, count);
    const { lines, bytes } = sealLines(texts, base);
    this.#file.save(base, lines);
    this.#base = base + bytes;
    this.#unappliedBytes -= bytes;
    if (this.#baseCount !== undefined) this.#baseCount += texts.length;
    return this.#unapplied.length === 0;
  }

  #committedBytes(): number {
    this.#base ??= this.#file.size();
    return this.#base + this.#unappliedBytes;
  }

  /** The file's lines up to its committed end: a process that died while applying may have got further. */
  #fileLines(): string[] {
    this.#base ??= this.#file.size();
    const bytes = this.#base === 0 ? undefined : this.#file.load(this.#base);
    const lines = readSealedLines(this.path, bytes ?? new Uint8Array());
    this.#baseCount = lines.length;
    return lines;
  }
}

function parse(text: string): unknown {
  return JSON.parse(text);
}

/**
 * The records of a log's file, as JSON texts.
 *
 * @throws WorkspaceError naming the line that is not as it was written
 */
export function readSealedLines(path: string, bytes: Uint8Array): string[] {
  const texts: string[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const end = bytes.indexOf(NEWLINE, offset);
    const line = bytes.subarray(offset, end < 0 ? undefined : end);
    const body = unseal(line, OBJECT_SEAL, offset);
    const place = { path, line: texts.length + 1, offset };
    if (end < 0) throw damage(path, `line ${place.line} (byte ${bytes.length})`, 'is cut short');
    if (body === undefined) throw damageOf(line, OBJECT_SEAL, place, offset);
    texts.push(`${body}}`);
    offset = end + 1;
  }
  return texts;
}

/** A record's line, which begins at the byte `offset` of its file. */
export function sealLine(text: string, offset: number): string {
  return `${seal(text.slice(0, -1), OBJECT_SEAL, offset)}\n`;
}

/** How many of the first records fill so many bytes. */
function countWithin(texts: readonly string[], bytes: number): number {
  let left = bytes;
  const at = texts.findIndex((text) => {
    left -= lineBytes(text);
    return left <= 0;
  });
  return at < 0 ? texts.length : at + 1;
}

interface SealedLines {
  readonly texts: readonly string[];
  readonly offset: number;
  readonly lines: string;
  readonly bytes: number;
}

let newestLines: SealedLines = { texts: [], offset: 0, lines: '', bytes: 0 };

/**
 * The lines of records from the byte `offset` on. The logs of a group are saved one after the other: what the one before
 * had too is sealed already.
 */
function sealLines(texts: readonly string[], offset: number): SealedLines {
  const isKnown = newestLines.offset === offset && newestLines.texts.every((text, at) => text === texts[at]);
  let { lines, bytes } = isKnown ? newestLines : { lines: '', bytes: 0 };
  for (let at = isKnown ? newestLines.texts.length : 0; at < texts.length; at++) {
    const text = texts[at]!;
    lines += sealLine(text, offset + bytes);
    bytes += lineBytes(text);
  }
  newestLines = { texts, offset, lines, bytes };
  return newestLines;
}

interface RecordText {
  readonly record: unknown;
  readonly text: string;
  /** Of its line. */
  readonly bytes: number;
}

let newest: RecordText = { record: undefined, text: '', bytes: 0 };

/** The members of a group log the same record one after the other: its text is made once. */
function textOfRecord(record: unknown): RecordText {
  if (newest.record !== record) {
    const text = JSON.stringify(record) ?? '';
    newest = { record, text, bytes: lineBytes(text) };
  }
  return newest;
}

/** Bytes of a record in the file: with its checksum and its newline. */
function lineBytes(text: string): number {
  return Buffer.byteLength(text) + SEAL_AND_NEWLINE;
}
