import { isUtf8 } from 'node:buffer';

/**
 * JSON in the three manners that pegsh writes: replies of `--json`, Go's `MarshalIndent`, the C++ shell's.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A number that C++ has as a double, which its JSON shows: `55.0`. */
export class CppDouble {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }

  toString(): string {
    return Number.isInteger(this.value) ? `${this.value}.0` : String(this.value);
  }
}

/**
 * A reply as plain JSON, of a documented shape:
 * bytes become text when they are printable UTF-8, else `{"base64": "…"}`; 64-bit integers become decimal texts
 * beyond 2^53 and numbers below; a map becomes an object when its keys are scalars, else a list of
 * `[key, value]`; a set becomes a list; `undefined` members are left out.
 */
export function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return integerJson(value);
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (value instanceof Uint8Array) return bytesJson(value);
  if (value instanceof CppDouble) return value.value;
  if (value instanceof Map) return mapJson(value);
  if (value instanceof Set) return [...value].map(toJson);
  if (Array.isArray(value)) return value.map(toJson);
  return objectOf(Object.entries(value).filter(([, member]) => member !== undefined));
}

/** The text of a reply under `--json`: two blanks per level, one newline at the end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(toJson(value), null, 2)}\n`;
}

/** A reply as one line of JSON: for answers that come in parts. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(toJson(value))}\n`;
}

function integerJson(value: bigint): Json {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function bytesJson(bytes: Uint8Array): Json {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(text) ? text.toString() : { base64: text.toString('base64') };
}

function mapJson(entries: ReadonlyMap<unknown, unknown>): Json {
  const keys = [...entries.keys()];
  if (keys.every((key) => typeof key === 'string' || typeof key === 'number')) {
    return objectOf([...entries].map(([key, value]) => [String(key), value]));
  }
  return [...entries].map(([key, value]) => [toJson(key), toJson(value)]);
}

/** A key named `__proto__` stays an ordinary member. */
function objectOf(entries: readonly (readonly [string, unknown])[]): Json {
  return Object.fromEntries(entries.map(([key, value]) => [key, toJson(value)]));
}

/** A text as rapidjson writes it: only quotes, backslashes and control characters are escaped. */
export function cppString(text: string): string {
  return `"${text.replace(/["\\\x00-\x1f]/g, (character) => CPP_ESCAPES[character] ?? unicodeEscape(character))}"`;
}

const CPP_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The same over several lines: `dump(2)` (C++ shell, `remote_command`). */
export function sortedJson(value: unknown, indent = ''): string {
  if (value instanceof CppDouble) return String(value);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = `${indent}  `;
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const items = Array.isArray(value)
    ? value.map((item) => sortedJson(item, inner))
    : Object.entries(value)
        .sort(([a], [b]) => byteOrder(a, b))
        .map(([key, member]) => `${JSON.stringify(key)}: ${sortedJson(member, inner)}`);
  if (items.length === 0) return open + close;
  return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`;
}

/**
 * JSON as Go's `json.MarshalIndent(v, "", "  ")` writes it, with a newline: members in the order given, maps
 * sorted by the text of their keys, `<`, `>` and `&` escaped.
 */
export function goJson(value: unknown): string {
  return `${goIndented(value, '')}\n`;
}

/** The same on one line: `json.Marshal(v)`. */
export function goCompactJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, goEscape);
}

function goIndented(value: unknown, indent: string): string {
  if (value instanceof Map) {
    const texts = [...value].map(([key, member]) => [String(key), member] as const);
    return goMembers(
      texts.sort(([a], [b]) => byteOrder(a, b)),
      indent,
    );
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => goIndented(item, `${indent}  `));
    return goBlock('[', items, ']', indent);
  }
  if (typeof value === 'object' && value !== null) return goMembers(Object.entries(value), indent);
  return JSON.stringify(value ?? null).replace(/[<>&\u2028\u2029]/g, goEscape);
}

function goMembers(members: readonly (readonly [string, unknown])[], indent: string): string {
  const present = members.filter(([, member]) => member !== undefined);
  const lines = present.map(
    ([key, member]) => `${goIndented(key, '')}: ${goIndented(member, `${indent}  `)}`,
  );
  return goBlock('{', lines, '}', indent);
}

function goBlock(open: string, items: readonly string[], close: string, indent: string): string {
  if (items.length === 0) return open + close;
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(',\n')}\n${indent}${close}`;
}

function goEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Texts in the order of their bytes, whatever the locale. */
export function byteOrder(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
