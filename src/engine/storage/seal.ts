import type { WorkspaceError } from '../../errors.ts';
import { crc32, type Flip, findFlip, writeCrc32 } from './checksum.ts';
import { damage, positionIn } from './damage.ts';
import { notJson } from './json.ts';

/** How a sealed JSON text ends: with the checksum of all that stands before, as the last member of the object. */
export interface SealForm {
  readonly before: string;
  readonly after: string;
}

/** Of an object on one line: `…,"checksum":"1a2b3c4d"}`. */
export const OBJECT_SEAL: SealForm = { before: ',"checksum":"', after: '"}' };
/** Of a file that holds one object. */
export const FILE_SEAL: SealForm = { before: ',"checksum":"', after: '"}\n' };
/** Of a document, where the checksum has a line of its own. */
export const DOCUMENT_SEAL: SealForm = { before: '"checksum": "', after: '"\n}\n' };

const CHECKSUM = /^[0-9a-f]{8}$/;

/** Bytes of a seal. */
export function sealLength({ before, after }: SealForm): number {
  return before.length + 8 + after.length;
}

/** The text with its seal. */
export function seal(body: string, form: SealForm): string {
  return body + sealOf(Buffer.from(body), form);
}

/** How a line ends that holds one object: a seal whose digits are to be filled in, and a newline. */
const LINE_END = Buffer.from(`${OBJECT_SEAL.before}00000000${OBJECT_SEAL.after}\n`);
/** How long that is, in bytes. */
export const LINE_END_LENGTH = LINE_END.length;

/** Seals the bytes from `start` to `end`, an object without the brace at its end, and ends their line. */
export function writeLineEnd(to: Uint8Array, start: number, end: number, seed = 0): void {
  to.set(LINE_END, end);
  writeCrc32(to, end + OBJECT_SEAL.before.length, to.subarray(start, end), seed);
}

/** @param seed is summed too: what is sealed with one does not fit another */
export function sealOf(body: Uint8Array, { before, after }: SealForm, seed = 0): string {
  return before + crc32(body, seed) + after;
}

/**
 * The text before the seal; `undefined` where the seal does not fit.
 *
 * @param text of the bytes, where somebody has decoded them already
 */
export function unseal(
  bytes: Uint8Array,
  form: SealForm,
  seed = 0,
  text = textOf(bytes),
): string | undefined {
  const end = bytes.length - sealLength(form);
  if (end < 0) return undefined;
  const isIntact = text.endsWith(sealOf(bytes.subarray(0, end), form, seed));
  return isIntact ? text.slice(0, -sealLength(form)) : undefined;
}

/** The contents of a file that holds one object. */
export function sealFile(json: string): string {
  return textOf(sealedFileBytes(json));
}

/** The same as bytes. @param sum of what comes before, where this is the last part of it */
export function sealedFileBytes(json: string, sum = 0): Uint8Array {
  const body = json.slice(0, json.lastIndexOf('}'));
  const bytes = Buffer.allocUnsafe(Buffer.byteLength(body) + sealLength(FILE_SEAL));
  const end = bytes.write(body);
  bytes.write(sealOf(bytes.subarray(0, end), FILE_SEAL, sum), end);
  return bytes;
}

/**
 * The object that a file made by `sealFile` holds, as JSON.
 *
 * @throws WorkspaceError when anything else changed it
 */
export function unsealFile(path: string, bytes: Uint8Array): string {
  const body = unseal(bytes, FILE_SEAL);
  if (body === undefined) throw damageOf(bytes, FILE_SEAL, { path, line: 1, offset: 0 });
  return `${body}}`;
}

/** The one byte that was changed since the text was sealed; `undefined` when more was changed. */
export function changedByte(bytes: Uint8Array, form: SealForm, seed = 0): Flip | undefined {
  const flip = flipInSeal(bytes, form, seed) ?? flipInBody(bytes, form, seed);
  if (flip === undefined) return undefined;
  const intact = Uint8Array.from(bytes);
  intact[flip.offset] = flip.was;
  return isJson(textOf(intact)) ? flip : undefined;
}

function flipInSeal(bytes: Uint8Array, form: SealForm, seed: number): Flip | undefined {
  const end = Math.max(0, bytes.length - sealLength(form));
  const intact = Buffer.from(sealOf(bytes.subarray(0, end), form, seed));
  const wrong = [...intact.keys()].filter((at) => intact[at] !== bytes[end + at]);
  return wrong.length === 1 ? { offset: end + wrong[0]!, was: intact[wrong[0]!]! } : undefined;
}

function flipInBody(bytes: Uint8Array, { before, after }: SealForm, seed: number): Flip | undefined {
  const end = Math.max(0, bytes.length - sealLength({ before, after }));
  const tail = textOf(bytes.subarray(end));
  const stated = tail.slice(before.length, before.length + 8);
  if (!CHECKSUM.test(stated) || tail !== before + stated + after) return undefined;
  const body = bytes.subarray(0, end);
  return findFlip(body, crc32(body, seed), stated);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Where in a file a sealed text stands. */
export interface Place {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** Of the text's first byte in the file. */
  readonly offset: number;
}

/** What is wrong with a text whose seal does not fit, and where, as exactly as can be told. */
export function damageOf(
  bytes: Uint8Array,
  form: SealForm,
  { path, line, offset }: Place,
  seed = 0,
): WorkspaceError {
  if (bytes.length === 0) return damage(path, line === 1 ? '' : `line ${line}`, 'is empty');
  const flip = changedByte(bytes, form, seed);
  if (flip !== undefined) {
    const before = textOf(bytes.subarray(0, flip.offset));
    const where = `${positionIn(before, before.length, line)} (byte ${offset + flip.offset})`;
    return damage(path, where, `is ${hex(bytes[flip.offset]!)} where ${hex(flip.was)} was written`);
  }
  const wrong = firstNonUtf8(bytes);
  if (wrong >= 0) return damage(path, `byte ${offset + wrong}`, 'is not UTF-8');
  const text = textOf(bytes);
  if (!isJson(text)) return notJson(path, text, line);
  const last = line + text.trimEnd().split('\n').length - 1;
  if (unseal(Buffer.from(`${text}\n`), form, seed) !== undefined)
    return damage(path, `line ${last}`, 'is cut short');
  return damage(path, `line ${last}`, 'the checksum does not fit: this is not what pegsh wrote');
}

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}

/** Offset of the first byte that UTF-8 cannot have there; -1 when there is none. */
function firstNonUtf8(bytes: Uint8Array): number {
  const encoded = Buffer.from(textOf(bytes));
  return bytes.findIndex((byte, index) => encoded[index] !== byte);
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
