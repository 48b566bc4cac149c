/**
 * Texts of the wire. They are UTF-8 by custom only: a byte that is none travels as the lone surrogate U+DC00 + byte,
 * as in the words that a user types, so that it comes back as it was.
 */
import { Buffer } from 'node:buffer';

const ESCAPE_BASE = 0xdc00;
const REPLACEMENT = '\ufffd';
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

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
  const bytes = Buffer.allocUnsafe(3 * text.length);
  let length = 0;
  for (let at = 0; at < text.length; ) {
    const point = text.codePointAt(at)!;
    const escaped = point - ESCAPE_BASE;
    if (escaped >= 0x80 && escaped <= 0xff) bytes[length++] = escaped;
    else length += bytes.write(String.fromCodePoint(point), length);
    at += point > 0xffff ? 2 : 1;
  }
  return bytes.subarray(0, length);
}

function textOfAnyBytes(bytes: Buffer): string {
  const units = Buffer.allocUnsafe(2 * bytes.length);
  let end = 0;
  const add = (unit: number): void => {
    units[end++] = unit;
    units[end++] = unit >> 8;
  };
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length === 0) add(ESCAPE_BASE + bytes[at]!);
    else if (length < 4) add(shortCharacter(bytes, at, length));
    else for (const unit of bytes.toString('utf8', at, at + 4).split('')) add(unit.charCodeAt(0));
    at += Math.max(1, length);
  }
  return units.toString('utf16le', 0, end);
}

function shortCharacter(bytes: Buffer, at: number, length: number): number {
  const first = bytes[at]!;
  if (length === 1) return first;
  const second = bytes[at + 1]! & 0x3f;
  if (length === 2) return ((first & 0x1f) << 6) | second;
  return ((first & 0x0f) << 12) | (second << 6) | (bytes[at + 2]! & 0x3f);
}

/** How many bytes the character takes that begins there; 0 where none does. */
function characterLength(bytes: Buffer, at: number): number {
  const lead = bytes[at]!;
  if (lead < 0x80) return 1;
  const length = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (let next = 1; next < length; next++) if ((bytes[at + next]! & 0xc0) !== 0x80) return 0;
  return isOutside(lead, bytes[at + 1]!) ? 0 : length;
}

/** What has a shorter form, is half a surrogate pair, or lies beyond the last character. */
function isOutside(lead: number, second: number): boolean {
  if (lead === 0xe0) return second < 0xa0;
  if (lead === 0xed) return second > 0x9f;
  if (lead === 0xf0) return second < 0x90;
  return lead === 0xf4 && second > 0x8f;
}
