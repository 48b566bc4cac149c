const SHORT: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  "'": "\\'",
  '\\': '\\\\',
};
const TO_ESCAPE = /[^\x20-\x7e]|["'\\]/g;
const EVERY = /./gs;

/**
 * Bytes as the C++ shell shows keys and values (`c_escape_string`, `src/base/pegasus_utils.cpp`).
 *
 * @param always every byte as `\xHH`: the shell's setting `escape_all`
 */
export function escapeBytes(bytes: Uint8Array, always = false): string {
  const characters = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const escaped = (byte: string): string => hex(byte.charCodeAt(0));
  if (always) return characters.replace(EVERY, escaped);
  if (characters.search(TO_ESCAPE) < 0) return characters;
  return characters.replace(TO_ESCAPE, (byte) => SHORT[byte] ?? escaped(byte));
}

const LONG: Readonly<Record<string, number>> = {
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  '"': 0x22,
  "'": 0x27,
  '\\': 0x5c,
};
const ESCAPED = /\\([nrt"'\\])|\\[xX]([0-9a-fA-F]{2})|([\x20-\x5b\x5d-\x7e])/y;

/** The bytes that an escaped text stands for (`c_unescape_string`); undefined where it is none. */
export function unescapeBytes(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  ESCAPED.lastIndex = 0;
  while (ESCAPED.lastIndex < text.length) {
    const found = ESCAPED.exec(text);
    if (found === null) return undefined;
    const [, short, digits, plain] = found;
    if (short !== undefined) bytes.push(LONG[short]!);
    else bytes.push(digits === undefined ? plain!.charCodeAt(0) : Number.parseInt(digits, 16));
  }
  return Uint8Array.from(bytes);
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
