import type { Flip } from '../storage/checksum.ts';
import { formatDocument } from '../storage/document-file.ts';
import { withoutPadding } from '../storage/journal-scan.ts';
import { LogLine } from '../storage/log-line.ts';
import {
  changedByte,
  DOCUMENT_SEAL,
  FILE_SEAL,
  OBJECT_SEAL,
  sealFile,
  textOf,
  unseal,
} from '../storage/seal.ts';
import type { Form } from './layout.ts';

const NEWLINE = 0x0a;

/** The bytes of a file with its changed bytes as they were; `undefined` when more than one in a checksum's reach was changed. */
export function restoreBytes(bytes: Uint8Array, form: Form): Uint8Array | undefined {
  const flips = form === 'log' ? flipsInLines(bytes, true) : flipIn(bytes, form);
  return flips === undefined ? undefined : corrected(bytes, flips);
}

/** The same for the journal, whose records do not tell where they stand. */
export function restoreJournal(bytes: Uint8Array): Uint8Array | undefined {
  const flips = flipsInLines(withoutPadding(bytes), false);
  return flips === undefined ? undefined : corrected(bytes, flips);
}

function flipIn(bytes: Uint8Array, form: 'document' | 'object'): Flip[] | undefined {
  const flip = changedByte(bytes, form === 'document' ? DOCUMENT_SEAL : FILE_SEAL);
  return flip === undefined ? undefined : [flip];
}

function flipsInLines(bytes: Uint8Array, areSeeded: boolean): Flip[] | undefined {
  const flips: Flip[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const end = bytes.indexOf(NEWLINE, offset);
    if (end < 0) return undefined;
    const line = bytes.subarray(offset, end);
    const seed = areSeeded ? offset : 0;
    if (unseal(line, OBJECT_SEAL, seed) === undefined) {
      const flip = changedByte(line, OBJECT_SEAL, seed);
      if (flip === undefined) return undefined;
      flips.push({ offset: offset + flip.offset, was: flip.was });
    }
    offset = end + 1;
  }
  return flips;
}

function corrected(bytes: Uint8Array, flips: readonly Flip[]): Uint8Array {
  const intact = Uint8Array.from(bytes);
  for (const { offset, was } of flips) intact[offset] = was;
  return intact;
}

/** The text of a file that a person edited, with new checksums; `undefined` when it is not JSON of this form. */
export function resealed(bytes: Uint8Array, form: Form): string | undefined {
  try {
    return RESEAL[form](textOf(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const RESEAL: Readonly<Record<Form, (text: string) => string>> = {
  document: (text) => {
    const { checksum: _old, ...records } = objectIn(text);
    const entries = Object.entries(records).map(
      ([key, value]) => [key, { text: JSON.stringify(value) }] as const,
    );
    return formatDocument(new Map(entries));
  },
  log: (text) => {
    let whole = '';
    for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
      const { checksum: _old, ...record } = objectIn(line);
      whole += sealedAt(Buffer.byteLength(whole), LogLine.of(record));
    }
    return whole;
  },
  object: (text) => {
    objectIn(text);
    return sealFile(text.replace(/(?:,\s*"checksum"\s*:\s*"[^"]*"\s*)?\}\s*$/, '}'));
  },
};

function sealedAt(offset: number, line: LogLine): string {
  const bytes = Buffer.alloc(line.bytes);
  line.write(bytes, 0, offset);
  return textOf(bytes);
}

function objectIn(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SyntaxError('not an object');
  return value as Record<string, unknown>;
}
