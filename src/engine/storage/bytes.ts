/** How bytes are written as text: what each of them becomes, and what finds those that do not stand for themselves. */
interface Spelling {
  readonly texts: readonly string[];
  /** How long those are: 1 where a byte stands for itself. */
  readonly lengths: Uint8Array;
  /** Those of all bytes, each at `LONGEST_IN_JSON` times its byte. */
  readonly spelt: Uint8Array;
  readonly special: RegExp;
}

/** What one byte becomes at most, in JSON. */
const LONGEST_IN_JSON = 5;

/** Printable ASCII but the backslash as it is, all else as `\xNN`. */
const PLAIN = spelling((byte) => {
  const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x5c;
  return isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
}, /[^ -[\]-~]/g);
/** The same inside a string of JSON. */
const IN_JSON = spelling((byte) => JSON.stringify(PLAIN.texts[byte]).slice(1, -1), /[^ !#-[\]-~]/g);

/**
 * From so many bytes on nobody reads them one by one: those that would be twice as long are in base64, which takes a
 * fraction of the room and of the time.
 */
const LEGIBLE = 64;
const MOST_GROWTH = 2;
/** After so many bytes it is seen whether they are too long already. */
const SOME = 4096;
/** What base64 begins with. An escape has an x behind the backslash. */
const BASE64 = '\\=';
const BASE64_IN_JSON = '\\\\=';

/** Below that many bytes it takes longer to call into Node.js than to go through them here. */
const SHORT = 32;
/** The same where each of them is joined to a text. */
const FEW = 12;
/** From that many bytes on to go through them here takes too long. */
const LONG = 256;

/**
 * Printable ASCII as it is, all other bytes and the backslash as `\xNN`; what is long and no text as `\=` and base64.
 * Reversible, and fit for JSON.
 */
export function bytesToText(bytes: Uint8Array): string {
  return isInBase64(bytes) ? BASE64 + base64Of(bytes) : textOf(bytes, PLAIN);
}

/** How much room `writeInJson` needs. */
export function roomInJson({ length }: Uint8Array): number {
  return length < LEGIBLE ? length * LONGEST_IN_JSON : MOST_GROWTH * length + LONGEST_IN_JSON;
}

/** Writes that text as it stands in JSON, without quotes. @returns its end */
export function writeInJson(bytes: Uint8Array, to: Buffer, start: number): number {
  if (!isInBase64(bytes)) return write(bytes, to, start, IN_JSON);
  return start + to.write(BASE64_IN_JSON + base64Of(bytes), start, 'latin1');
}

/** Of what is escaped all that it may be long is written, and what is too much is written over: a loop over each takes three times as long. */
function write(bytes: Uint8Array, to: Uint8Array, start: number, { lengths, spelt }: Spelling): number {
  let end = start;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    const length = lengths[byte]!;
    to[end] = byte;
    if (length > 1) {
      const from = byte * LONGEST_IN_JSON;
      to[end] = spelt[from]!;
      to[end + 1] = spelt[from + 1]!;
      to[end + 2] = spelt[from + 2]!;
      to[end + 3] = spelt[from + 3]!;
      to[end + 4] = spelt[from + 4]!;
    }
    end += length;
  }
  return end;
}

/** That text as JSON, in quotes, of bytes as the latin1 text that stands for them. */
export function latin1ToJson(text: string): string {
  if (text.search(IN_JSON.special) < 0) return `"${text}"`;
  const bytes = Buffer.from(text, 'latin1');
  return `"${isInBase64(bytes) ? BASE64_IN_JSON + base64Of(bytes) : spell(bytes, IN_JSON)}"`;
}

/** Whether base64 stands for them. Of what is no text that shows before all of it was looked at. */
function isInBase64(bytes: Uint8Array): boolean {
  if (bytes.length < LEGIBLE) return false;
  const { lengths } = IN_JSON;
  const most = MOST_GROWTH * bytes.length;
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(at + SOME, bytes.length);
    while (at < end) length += lengths[bytes[at++]!]!;
    if (length > most) return true;
  }
  return false;
}

function base64Of({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('base64');
}

function spelling(textOf: (byte: number) => string, special: RegExp): Spelling {
  const texts = Array.from({ length: 256 }, (_, byte) => textOf(byte));
  // At once: a buffer for each text would take more time than all else that is made when a server starts.
  const spelt = Buffer.from(texts.map((text) => text.padEnd(LONGEST_IN_JSON)).join(''), 'latin1');
  return { texts, lengths: Uint8Array.from(texts.map(({ length }) => length)), spelt, special };
}

function textOf(bytes: Uint8Array, how: Spelling): string {
  if (bytes.length >= LONG) return escaped(latin1Of(bytes), how);
  return bytes.length >= FEW && areAllPlain(bytes, how) ? latin1Of(bytes) : byteByByte(bytes, how);
}

function areAllPlain(bytes: Uint8Array, { lengths }: Spelling): boolean {
  for (let at = 0; at < bytes.length; at++) if (lengths[bytes[at]!]! > 1) return false;
  return true;
}

function escaped(text: string, how: Spelling): string {
  return text.search(how.special) < 0 ? text : spell(Buffer.from(text, 'latin1'), how);
}

/** Byte by byte: to replace each that is escaped takes ten times as long where that is many. */
function spell(bytes: Uint8Array, how: Spelling): string {
  const to = Buffer.allocUnsafe(bytes.length * LONGEST_IN_JSON);
  return to.toString('latin1', 0, write(bytes, to, 0, how));
}

function byteByByte(bytes: Uint8Array, { texts }: Spelling): string {
  let text = '';
  for (let at = 0; at < bytes.length; at++) text += texts[bytes[at]!]!;
  return text;
}

/** Bytes as the latin1 text that stands for them: each is one character. */
export function latin1Of(bytes: Uint8Array): string {
  const { length } = bytes;
  if (length > scratch.length) return Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1');
  scratch.set(bytes);
  return scratch.toString('latin1', 0, length);
}

/** To copy a few bytes here costs less than to make a Buffer of them. */
const scratch = Buffer.allocUnsafeSlow(1024);

/** The bytes of a text made by `bytesToText`. */
export function textToBytes(text: string): Uint8Array {
  if (!text.includes('\\')) return bytesOf(text);
  if (text.startsWith(BASE64)) return plain(Buffer.from(text.slice(BASE64.length), 'base64'));
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isEscape = code === 0x5c;
    bytes[length++] = isEscape ? (digitAt(text, at + 2) << 4) | digitAt(text, at + 3) : code;
    if (isEscape) at += 3;
  }
  return bytes.slice(0, length);
}

/** The same bytes as latin1 text. */
export function textToLatin1(text: string): string {
  return text.includes('\\') ? latin1Of(textToBytes(text)) : text;
}

/** The same bytes as a text of which Node.js makes them, wherever they belong. */
export function textToEncoded(text: string): {
  readonly text: string;
  readonly encoding: 'latin1' | 'base64';
} {
  if (text.startsWith(BASE64)) return { text: text.slice(BASE64.length), encoding: 'base64' };
  return { text: textToLatin1(text), encoding: 'latin1' };
}

/** What a hexadecimal digit stands for. */
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code <= 0x39 ? code - 0x30 : (code & 0x0f) + 9;
}

/** The bytes that a latin1 text stands for, from `start` on. */
export function bytesOf(text: string, start = 0): Uint8Array {
  const length = text.length - start;
  if (length > SHORT) return bytesOfLong(text.slice(start));
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(start + i);
  return bytes;
}

/** Texts of usual length share a slab: each is one object to the garbage collector, where a Buffer of its own is three. */
function bytesOfLong(text: string): Uint8Array {
  if (text.length > SLAB_BYTES / 8) return plain(Buffer.from(text, 'latin1'));
  if (text.length > SLAB_BYTES - slabUsed) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    slabUsed = 0;
  }
  const bytes = new Uint8Array(slab.buffer, slabUsed, text.length);
  slabUsed += slab.write(text, slabUsed, 'latin1');
  return bytes;
}

/** No Buffer: elsewhere bytes are compared with such. */
function plain({ buffer, byteOffset, length }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}

const SLAB_BYTES = 16 * 1024;
let slab = Buffer.alloc(0);
let slabUsed = SLAB_BYTES;
