import { type Appended, bytesOf, sealed } from './appended.ts';
import type { Log } from './contract.ts';
import { damage } from './damage.ts';
import { LogLine } from './log-line.ts';
import { Marks, type Place, START } from './marks.ts';
import { damageOf, OBJECT_SEAL, textOf, unseal } from './seal.ts';

const NEWLINE = 0x0a;
/** So many that others who wait for their turn do not notice. */
const PART_LENGTH = 16 * 1024;
/** What is loaded of a file first, and at most at once: who reads only a beginning needs no more. */
const FIRST_BYTES = 2 * PART_LENGTH;
const LOADED_BYTES = 16 * PART_LENGTH;
/** What a log keeps in memory before it is worth a write. */
const AHEAD_BYTES = 32 * 1024;
/** What is written at once of what another process has left in the journal. */
const MOST_AHEAD_BYTES = 128 * 1024;
const NOTHING = new Uint8Array();

/** Where a log's text comes from, and where it goes. */
export interface LogFile {
  readonly path: string;
  size(): number;
  /** Its bytes from `start` up to `end`. */
  load(start: number, end: number): Uint8Array | undefined;
  /** @param isEnd false where more follows soon, with which all of it is to become durable */
  save(offset: number, bytes: Uint8Array, isEnd: boolean): void;
}

/** Some records of a file, as JSON texts. */
interface SealedPart {
  readonly texts: string[];
  /** Where the next one begins. */
  readonly end: Place;
}

/**
 * A log: what its file holds, what is committed above that, and what the running command appended.
 *
 * In the file each record carries a checksum of itself and of the byte it begins at, so that none is missing in front of
 * it and none stands elsewhere.
 */
export class StoredLog implements Log<object> {
  readonly path: string;
  readonly #file: LogFile;
  readonly #onChange: () => void;
  /** Bytes of the file that are committed; unknown until somebody asks. */
  #base: number | undefined;
  /** Records of the file that are committed; unknown until somebody reads it. */
  #baseCount: number | undefined;
  /** Some places in the file that were written to or read, in their order: whoever goes on reading begins at one of them. */
  readonly #marks = new Marks();
  /** What is committed and the file does not have; the first of it are in the journal. */
  #unapplied: LogLine[] = [];
  #unappliedBytes = 0;
  #journaled = 0;
  /** The first of those, which are being written into the file, and how many bytes of them are in it. */
  #begun: { readonly lines: readonly LogLine[]; bytes: number } | undefined;
  #pending: LogLine[] = [];
  #pendingBytes = 0;
  /** Whether the store knows that the running command changes it. */
  #isTouched = false;
  #cleared = false;

  /** @param onChange called with the first record of each command */
  constructor(file: LogFile, onChange: () => void) {
    this.path = file.path;
    this.#file = file;
    this.#onChange = onChange;
  }

  append(record: object): void {
    this.appendLine(LogLine.of(record));
  }

  appendLine(line: LogLine): void {
    if (!this.#isTouched) {
      this.#onChange();
      this.#isTouched = true;
      // Most commands append one: a list that grows has room for many more.
      this.#pending = [line];
    } else this.#pending.push(line);
    this.#pendingBytes += line.bytes;
  }

  /** What is appended from now on the next command appends. */
  endCommand(): void {
    this.#isTouched = false;
  }

  records(): object[] {
    return [...this.since(0)].flat();
  }

  last(): object | undefined {
    const text = this.#recent().at(-1)?.text ?? (this.#cleared ? undefined : this.#lastInFile());
    return text === undefined ? this.records().at(-1) : JSON.parse(text);
  }

  *since(index: number): Generator<object[], void> {
    for (const texts of this.#textsSince(index)) yield JSON.parse(`[${texts.join(',')}]`) as object[];
  }

  bytesSince(index: number): number {
    if (this.#cleared) return bytesOf(this.#pending.slice(index));
    const { count, offset } = this.#placeOf(index);
    return this.#base! - offset + bytesOf(this.#recent().slice(index - count));
  }

  *#textsSince(index: number): Generator<readonly string[], void> {
    const recent = this.#recent();
    let inFile = this.#cleared ? 0 : this.#baseCount;
    if (inFile === undefined || index < inFile) {
      const start = this.#marks.before(index);
      inFile = start.count;
      for (const texts of this.#fileParts(start)) {
        const wanted = texts.slice(Math.max(0, index - inFile));
        inFile += texts.length;
        if (wanted.length > 0) yield wanted;
      }
    }
    yield* inParts(recent.slice(Math.max(0, index - inFile)));
  }

  get bytes(): number {
    return (this.#cleared ? 0 : this.#committedBytes()) + this.#pendingBytes;
  }

  get count(): number {
    if (this.#cleared) return this.#pending.length;
    if (this.#baseCount === undefined) for (const _ of this.#fileParts(START));
    return this.#baseCount! + this.#unapplied.length + this.#pending.length;
  }

  /** Removes all, in the command that is running. */
  clear(): void {
    this.#dropPending();
    this.#cleared = true;
  }

  /** Makes committed what the running command appended. @returns about how many bytes more the journal has to hold */
  commit(): number {
    const bytes = this.#pendingBytes;
    this.#base ??= this.#file.size();
    this.#unappliedBytes += bytes;
    for (const line of this.#pending) this.#unapplied.push(line);
    this.#dropPending();
    return bytes;
  }

  /** What was committed and the journal does not have: it will have it. */
  takeUnjournaled(): Appended {
    const lines = this.#unapplied.slice(this.#journaled);
    this.#journaled = this.#unapplied.length;
    return { offset: this.#committedBytes() - bytesOf(lines), lines };
  }

  /** Makes committed what the journal holds. */
  accept({ offset, lines }: Appended): void {
    if (this.#unapplied.length === 0) this.#base ??= offset;
    if (offset !== this.#committedBytes()) {
      throw damage(
        this.path,
        `byte ${offset}`,
        `the journal goes on here, but the log ends at ${this.#committedBytes()}`,
      );
    }
    for (const line of lines) this.#unapplied.push(line);
    this.#unappliedBytes += bytesOf(lines);
    this.#journaled = this.#unapplied.length;
  }

  /** Makes committed that the log is gone. */
  acceptRemoval(): void {
    this.#base = 0;
    this.#baseCount = 0;
    this.#marks.clear();
    this.#forgetUnapplied();
    this.#cleared = false;
  }

  /** Drops the running command's changes. */
  rollback(): void {
    this.#dropPending();
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

  /** Whether the file lacks so much that it is worth a write. */
  get isAheadOfFile(): boolean {
    return this.#unappliedBytes >= AHEAD_BYTES;
  }

  /** Writes about as much as is written at once into the file; all that is committed must be in the journal. */
  writeAhead(): void {
    if (this.isAheadOfFile) this.#write(MOST_AHEAD_BYTES, false);
  }

  /** Brings the file up to what is in the journal, or nearer to it by about `mostBytes`. @returns whether it is all there now */
  save(mostBytes = Number.POSITIVE_INFINITY): boolean {
    do this.#write(mostBytes, true);
    while (mostBytes === Number.POSITIVE_INFINITY && this.#unapplied.length > 0);
    return this.#unapplied.length === 0;
  }

  /** How many records have about so many bytes. */
  #countWithin(mostBytes: number): number {
    let [count, length] = [0, 0];
    while (count < this.#unapplied.length && length < mostBytes) length += this.#unapplied[count++]!.bytes;
    return count;
  }

  /**
   * Writes about so many bytes, of a long record a part: it counts as written with the last of them.
   *
   * @param mayEnd whether all is to be published once it is written
   */
  #write(mostBytes: number, mayEnd: boolean): void {
    const offset = this.#base ?? 0;
    this.#begun ??= { lines: this.#unapplied.slice(0, this.#countWithin(mostBytes)), bytes: 0 };
    const { lines, bytes: start } = this.#begun;
    const all = sealed({ offset, lines });
    const part = all.subarray(start, start + 2 * mostBytes);
    const isWhole = start + part.length === all.length;
    const isEnd = isWhole && mayEnd && lines.length === this.#unapplied.length;
    this.#file.save(offset + start, part, isEnd);
    this.#begun.bytes += part.length;
    if (!isWhole) return;
    this.#begun = undefined;
    this.#unapplied.splice(0, lines.length);
    this.#unappliedBytes -= all.length;
    this.#journaled -= lines.length;
    this.#base = offset + all.length;
    const before = offset === 0 ? 0 : this.#baseCount;
    if (before !== undefined) this.#markEnd(before + lines.length);
  }

  /** What the file does not have. */
  #recent(): LogLine[] {
    return [...(this.#cleared ? [] : this.#unapplied), ...this.#pending];
  }

  /** The file's committed end is known to come after so many records. */
  #markEnd(count: number): void {
    this.#baseCount = count;
    this.#marks.add({ count, offset: this.#base! });
  }

  /** Where a record of the file begins; the end of the file for one that is not there yet. */
  #placeOf(index: number): Place {
    this.#base ??= this.#file.size();
    let { count, offset } = this.#marks.before(index);
    while (count < index) {
      const bytes = this.#loadLines(offset, this.#base, LOADED_BYTES);
      if (bytes.length === 0) break;
      let at = 0;
      for (; count < index && at < bytes.length; count++) at = endOfLine(bytes, at);
      offset += at;
    }
    return { count, offset };
  }

  /** Undefined where there is none; and where it is not as it was written, which who reads all tells better. */
  #lastInFile(): string | undefined {
    this.#base ??= this.#file.size();
    const end = this.#base;
    for (let most = FIRST_BYTES; ; most *= 2) {
      const start = Math.max(0, end - most);
      const bytes = this.#file.load(start, end) ?? NOTHING;
      const from = bytes.lastIndexOf(NEWLINE, -2) + 1;
      if (from === 0 && start > 0) continue;
      const body = unseal(bytes.subarray(from, -1), OBJECT_SEAL, start + from);
      return body === undefined ? undefined : `${body}}`;
    }
  }

  #dropPending(): void {
    this.#pending.length = 0;
    this.#pendingBytes = 0;
    this.#isTouched = false;
  }

  #forgetUnapplied(): void {
    this.#unapplied = [];
    this.#begun = undefined;
    this.#unappliedBytes = 0;
    this.#journaled = 0;
  }

  #committedBytes(): number {
    this.#base ??= this.#file.size();
    return this.#base + this.#unappliedBytes;
  }

  /** About as much of the file as is usual, in whole lines; none at its end. */
  #loadLines(start: number, end: number, usual: number): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let from = start; from < end; from += usual) {
      const to = Math.min(from + usual, end);
      const bytes = this.#file.load(from, to) ?? NOTHING;
      const isLast = to === end || bytes.length < usual;
      const length = isLast ? bytes.length : bytes.lastIndexOf(NEWLINE) + 1;
      parts.push(length === 0 ? bytes : bytes.subarray(0, length));
      if (isLast || length > 0) break;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  /** The file's records from a place up to its committed end: a process that died while applying may have got further. */
  *#fileParts(start: Place): Generator<string[], void> {
    this.#base ??= this.#file.size();
    const end = this.#base;
    let { count, offset } = start;
    for (let most = FIRST_BYTES; ; most = Math.min(most * 2, LOADED_BYTES)) {
      const bytes = this.#loadLines(offset, end, most);
      if (bytes.length === 0) break;
      for (const { texts, end: next } of sealedParts(this.path, bytes, { count, offset })) {
        this.#marks.add(next);
        ({ count, offset } = next);
        yield texts;
      }
    }
    if (this.#baseCount === undefined && this.#base === end) this.#markEnd(count);
  }
}

/** Texts that are parsed together: that takes half the time of parsing each. */
function* inParts(lines: readonly LogLine[]): Generator<string[], void> {
  let [part, length]: [string[], number] = [[], 0];
  for (const { text } of lines) {
    part.push(text);
    length += text.length;
    if (length < PART_LENGTH) continue;
    yield part;
    [part, length] = [[], 0];
  }
  if (part.length > 0) yield part;
}

/**
 * The records of a log's file, some at a time.
 *
 * @param bytes of the file from `start` on
 * @throws WorkspaceError naming the line that is not as it was written
 */
export function* sealedParts(path: string, bytes: Uint8Array, start = START): Generator<SealedPart, void> {
  let [{ count }, at] = [start, 0];
  while (at < bytes.length) {
    const texts: string[] = [];
    const partEnd = endOfLine(bytes, Math.min(at + PART_LENGTH, bytes.length));
    const textAt = decoded(bytes, at, partEnd);
    while (at < partEnd) {
      const end = bytes.indexOf(NEWLINE, at);
      const offset = start.offset + at;
      const line = bytes.subarray(at, end < 0 ? undefined : end);
      const body = unseal(line, OBJECT_SEAL, offset, textAt(at, at + line.length));
      const place = { path, line: ++count, offset };
      if (end < 0) throw damage(path, `line ${count} (byte ${start.offset + bytes.length})`, 'is cut short');
      if (body === undefined) throw damageOf(line, OBJECT_SEAL, place, offset);
      texts.push(`${body}}`);
      at = end + 1;
    }
    yield { texts, end: { count, offset: start.offset + at } };
  }
}

/** Behind the newline at `at` or after it. */
function endOfLine(bytes: Uint8Array, at: number): number {
  const newline = bytes.indexOf(NEWLINE, at);
  return newline < 0 ? bytes.length : newline + 1;
}

/** The text of bytes from `from` to `to`, by its place. It is decoded at once where each byte is a character. */
function decoded(bytes: Uint8Array, from: number, to: number): (start: number, end: number) => string {
  const text = textOf(bytes.subarray(from, to));
  if (text.length === to - from) return (start, end) => text.slice(start - from, end - from);
  return (start, end) => textOf(bytes.subarray(start, end));
}
