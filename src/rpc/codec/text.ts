/**
 * Texts of the wire. They are UTF-8 by custom only: a byte that is none travels as the lone surrogate U+DC00 + byte,
 * as in the words that a user types, so that it comes back as it was.
 */
import { Buffer } from 'node:buffer';

const ESCAPE_BASE = 0xdc00;
const REPLACEMENT = '\ufffd';
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** An ASCII text that came before, by its length: the names of methods come again and again. */
const recent: string[] = [];
const LONGEST_RECENT = 40;

export function textOfBytes(bytes: Buffer, start = 0, end = bytes.length): string {
  const length = end - start;
  if (length > LONGEST_RECENT) return decode(bytes, start, end);
  const known = recent[length];
  if (known !== undefined && stands(known, bytes, start)) return known;
  const text = decode(bytes, start, end);
  // In any other text there are fewer characters than bytes, or such as are no byte.
  if (text.length === length) recent[length] = text;
  return text;
}

function stands(text: string, bytes: Buffer, start: number): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}

function decode(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes(REPLACEMENT) ? textOfAnyBytes(bytes.subarray(start, end)) : text;
}

/** `undefined` where the text is plain UTF-8, which is written faster than by way of a copy. */
export function bytesOfEscapedText(text: string): Buffer | undefined {
  if (!LONE_SURROGATE.test(text)) return undefined;
  return Buffer.concat(Array.from(text, bytesOfCharacter));
}

function bytesOfCharacter(character: string): Buffer {
  const escaped = character.charCodeAt(0) - ESCAPE_BASE;
  const isEscape = character.length === 1 && escaped >= 0x80 && escaped <= 0xff;
  return isEscape ? Buffer.of(escaped) : Buffer.from(character, 'utf8');
}

function textOfAnyBytes(bytes: Buffer): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const character = characterAt(bytes, at);
    text += character?.text ?? String.fromCharCode(ESCAPE_BASE + bytes[at]!);
    at += character?.length ?? 1;
  }
  return text;
}

function characterAt(bytes: Buffer, at: number): { text: string; length: number } | undefined {
  for (let length = 1; length <= 4 && at + length <= bytes.length; length++) {
    try {
      return { text: strict.decode(bytes.subarray(at, at + length)), length };
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  return undefined;
}
