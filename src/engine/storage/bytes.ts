/** By byte: printable ASCII but the backslash as it is, all else as `\xNN`. */
const TEXTS = Array.from({ length: 256 }, (_, byte) => {
  const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x5c;
  return isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
});
const SPECIAL = /[^ -[\]-~]/g;
/** The same inside a string of JSON. */
const JSON_TEXTS = TEXTS.map((text) => JSON.stringify(text).slice(1, -1));
const JSON_SPECIAL = /[^ !#-[\]-~]/g;
/** Below that many bytes it takes longer to call into Node.js than to go through them here. */
const SHORT = 32;
/** From that many bytes on to go through them here takes too long, be all of them special. */
const LONG = 256;

/** Printable ASCII as it is, all other bytes and the backslash as `\xNN`: readable, reversible, fit for JSON. */
export function bytesToText(bytes: Uint8Array): string {
  return textOf(bytes, TEXTS, SPECIAL);
}

/** That text as JSON, in quotes. */
export function bytesToJson(bytes: Uint8Array): string {
  return `"${textOf(bytes, JSON_TEXTS, JSON_SPECIAL)}"`;
}

/** The same of bytes as the latin1 text that stands for them. */
export function latin1ToJson(text: string): string {
  return `"${text.search(JSON_SPECIAL) < 0 ? text : escaped(text, JSON_TEXTS, JSON_SPECIAL)}"`;
}

/** @param special what finds the characters that have other texts than themselves */
function textOf(bytes: Uint8Array, texts: readonly string[], special: RegExp): string {
  if (bytes.length < SHORT) return byteByByte(bytes, texts);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (text.search(special) < 0) return text;
  return bytes.length < LONG ? byteByByte(bytes, texts) : escaped(text, texts, special);
}

function escaped(text: string, texts: readonly string[], special: RegExp): string {
  return text.replace(special, (char) => texts[char.charCodeAt(0)]!);
}

function byteByByte(bytes: Uint8Array, texts: readonly string[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; at++) text += texts[bytes[at]!]!;
  return text;
}

/** The bytes of a text made by `bytesToText`. */
export function textToBytes(text: string): Uint8Array {
  if (!text.includes('\\')) return bytesOf(text);
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
  if (text.length > SLAB_BYTES / 8) {
    const { buffer, byteOffset, length } = Buffer.from(text, 'latin1');
    return new Uint8Array(buffer, byteOffset, length);
  }
  if (text.length > SLAB_BYTES - slabUsed) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    slabUsed = 0;
  }
  const bytes = new Uint8Array(slab.buffer, slabUsed, text.length);
  slabUsed += slab.write(text, slabUsed, 'latin1');
  return bytes;
}

const SLAB_BYTES = 16 * 1024;
let slab = Buffer.alloc(0);
let slabUsed = SLAB_BYTES;
