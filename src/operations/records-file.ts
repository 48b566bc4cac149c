import { UsageError } from '../errors.ts';

export interface LoadedRecord {
  readonly hashKey: Uint8Array;
  readonly sortKey: Uint8Array;
  readonly value: Uint8Array;
}

export type RecordFormat = 'tsv' | 'jsonl';

/** How many bad lines are told at once. */
const TOLD = 10;

/** A line that is no record; the message is without the line's number. */
class BadLine extends Error {}

/**
 * The records of a file.
 *
 * TSV is hash key, sort key and value between tabs, as bytes; in them `\t`, `\n`, `\r`, `\\` and `\xHH` are escapes.
 * JSON lines have `hash_key`, `sort_key` and `value` as texts, or as `hash_key_base64` and so on.
 * Empty lines are left out.
 *
 * @param name of the file, for what is said of a mistake
 * @throws UsageError that names the lines which are no records
 */
export function parseRecords(bytes: Uint8Array, format: RecordFormat, name: string): LoadedRecord[] {
  // One character for each byte, so that bytes which are no UTF-8 stay what they are.
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const parse = format === 'tsv' ? parseTsvLine : parseJsonLine;
  const records: LoadedRecord[] = [];
  const mistakes: string[] = [];
  for (const [index, line] of lines.entries()) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (text === '') continue;
    try {
      records.push(parse(text));
    } catch (error) {
      if (!(error instanceof BadLine)) throw error;
      mistakes.push(`${name}:${index + 1}: ${error.message}`);
    }
  }
  if (mistakes.length === 0) return records;
  const more = mistakes.length > TOLD ? [`… and ${mistakes.length - TOLD} more`] : [];
  throw new UsageError([...mistakes.slice(0, TOLD), ...more].join('\n'), 'nothing was loaded');
}

function parseTsvLine(line: string): LoadedRecord {
  const fields = line.split('\t');
  if (fields.length !== 3) throw new BadLine(`3 fields between tabs are needed, here are ${fields.length}`);
  const [hashKey = '', sortKey = '', value = ''] = fields;
  return { hashKey: unescaped(hashKey), sortKey: unescaped(sortKey), value: unescaped(value) };
}

const ESCAPES: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '\\': '\\' };

function unescaped(field: string): Uint8Array {
  const text = field.replace(/\\(x[0-9a-fA-F]{2}|.?)/gs, (whole, code: string) => {
    if (code.length === 3) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    const character = ESCAPES[code];
    if (character === undefined) throw new BadLine(`${whole} is no escape: a backslash is written \\\\`);
    return character;
  });
  return Buffer.from(text, 'latin1');
}

function parseJsonLine(line: string): LoadedRecord {
  const members = jsonObject(Buffer.from(line, 'latin1'));
  return {
    hashKey: bytesOf(members, 'hash_key'),
    sortKey: bytesOf(members, 'sort_key'),
    value: bytesOf(members, 'value'),
  };
}

function jsonObject(bytes: Uint8Array): Map<string, unknown> {
  const json = jsonOf(bytes);
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return new Map(Object.entries(json));
  throw new BadLine('a JSON object is needed');
}

/** What is wrong inside, each version of Node says in other words: it is not passed on. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) throw new BadLine('no JSON');
    throw error;
  }
}

function bytesOf(members: ReadonlyMap<string, unknown>, name: string): Uint8Array {
  const text = members.get(name);
  const base64 = members.get(`${name}_base64`);
  if (text !== undefined && base64 !== undefined)
    throw new BadLine(`${name} and ${name}_base64 are both there`);
  if (typeof text === 'string') return Buffer.from(text, 'utf8');
  if (typeof base64 !== 'string') throw new BadLine(`${name} is needed, a text, or ${name}_base64`);
  const bytes = Buffer.from(base64, 'base64');
  // Node reads what it can of a text that is no base64: only what comes back the same was one.
  if (bytes.toString('base64') === base64) return bytes;
  throw new BadLine(`${name}_base64 is no base64`);
}
