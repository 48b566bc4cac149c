import { UsageError } from '../errors.ts';
import { wordOfBytes } from './word-of-bytes.ts';

/**
 * Splits a line as admin-cli does (desertbit/go-shlex in POSIX mode).
 *
 * @throws UsageError with admin-cli's own words
 */
export function splitAdminCli(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (char === "'") {
      const end = line.indexOf("'", at + 1);
      if (end < 0) throw new UsageError('invalid args: no closing quotation');
      word = (word ?? '') + line.slice(at + 1, end);
      at = end;
    } else if (char === '"') {
      const quoted = readDoubleQuoted(line, at + 1);
      word = (word ?? '') + quoted.text;
      at = quoted.end;
    } else if (char === '\\') {
      if (at + 1 >= line.length) throw new UsageError('invalid args: no escaped character');
      at += 1;
      word = (word ?? '') + line[at];
    } else {
      word = (word ?? '') + char;
    }
  }
  return word === undefined ? words : [...words, word];
}

/** Inside `"…"` only `\"` and `\\` are escapes; `end` is where the closing quote stands. */
function readDoubleQuoted(line: string, start: number): { text: string; end: number } {
  let text = '';
  for (let at = start; at < line.length; at++) {
    const char = line[at]!;
    if (char === '"') return { text, end: at };
    if (char === '\\' && (line[at + 1] === '"' || line[at + 1] === '\\')) at += 1;
    text += line[at];
  }
  throw new UsageError('invalid args: no closing quotation');
}

/** Printable ASCII without quotes and backslashes. */
const PLAIN = /^[ !#-&(-[\]-~]*$/;

/** The words of a line in which both programs see but words and blanks; undefined for any other. */
export function plainWords(line: string): string[] | undefined {
  if (!PLAIN.test(line)) return undefined;
  const words = line.split(' ');
  return words.includes('') ? words.filter((word) => word !== '') : words;
}

const BLANKS = new Set(Buffer.from(' \t\n\v\f\r'));
const ENDS_WORD = new Set(Buffer.from(' \t\n\r'));
const CONTROL_ESCAPES: Record<string, number> = { n: 10, r: 13, t: 9, b: 8, a: 7 };
const [DOUBLE, SINGLE, BACKSLASH] = [...Buffer.from('"\'\\')] as [number, number, number];

/**
 * Splits a line as the C++ shell does (`sdssplitargs`, src/shell/sds/sds.c). Works on bytes: `"\xff"` is one.
 *
 * @throws UsageError `Invalid argument(s)` for the whole line
 */
export function splitCppShell(line: string): string[] {
  const plain = plainWords(line);
  if (plain !== undefined) return plain;
  const bytes = Buffer.from(line.split('\0', 1)[0]!, 'utf8');
  const word = new Word(bytes.length);
  const words: string[] = [];
  let at = 0;
  for (;;) {
    while (at < bytes.length && BLANKS.has(bytes[at]!)) at += 1;
    if (at >= bytes.length) return words;
    while (at < bytes.length && !ENDS_WORD.has(bytes[at]!)) {
      const byte = bytes[at]!;
      if (byte === DOUBLE || byte === SINGLE) {
        at = readQuoted(bytes, at, word);
        break;
      }
      word.push(byte);
      at += 1;
    }
    words.push(word.take());
  }
}

/** The bytes of one word after the other. */
class Word {
  readonly #bytes: Uint8Array;
  #length = 0;

  constructor(longest: number) {
    this.#bytes = new Uint8Array(longest);
  }

  push(byte: number): void {
    this.#bytes[this.#length++] = byte;
  }

  take(): string {
    const word = wordOfBytes(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return word;
  }
}

/** The same; no words where the line cannot be split. */
export function trySplitCppShell(line: string): string[] {
  try {
    return splitCppShell(line);
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}

/** Appends the quoted part that opens at `start` to `word`, which ends with it; returns where the line goes on. */
function readQuoted(bytes: Buffer, start: number, word: Word): number {
  const quote = bytes[start]!;
  for (let at = start + 1; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === quote) {
      const next = bytes[at + 1];
      if (next !== undefined && !BLANKS.has(next)) break;
      return at + 1;
    }
    const next = bytes[at + 1];
    if (byte !== BACKSLASH || next === undefined || (quote === SINGLE && next !== SINGLE)) {
      word.push(byte);
      continue;
    }
    const hex = quote === DOUBLE ? /^x([0-9a-fA-F]{2})/.exec(bytes.toString('latin1', at + 1, at + 4)) : null;
    word.push(
      hex === null
        ? (CONTROL_ESCAPES[quote === DOUBLE ? String.fromCharCode(next) : ''] ?? next)
        : parseInt(hex[1]!, 16),
    );
    at += hex === null ? 1 : 3;
  }
  throw new UsageError('Invalid argument(s)');
}

/** Splits `a; b` into lines, at every `;` outside quotes. */
export function splitLines(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === '' && (char === ';' || char === '\n')) {
      lines.push(line);
      line = '';
      continue;
    }
    line += char;
    if (char === '\\' && at + 1 < text.length) {
      at += 1;
      line += text[at];
    } else if (quote === '' && (char === '"' || char === "'")) {
      quote = char;
    } else if (char === quote) {
      quote = '';
    }
  }
  return [...lines, line];
}

/** The line without its first `count` words. */
export function afterWords(line: string, count: number): string {
  if (count === 0) return line.trimStart();
  return line.trimStart().replace(new RegExp(`^(\\S+\\s*){${count}}`), '');
}
