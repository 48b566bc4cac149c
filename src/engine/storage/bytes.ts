/** What is no printable ASCII, and the backslash. */
const SPECIAL = /[^ -[\]-~]/g;
/** By the code of the character. */
const ESCAPED = Array.from({ length: 256 }, (_, code) => `\\x${code.toString(16).padStart(2, '0')}`);
const ESCAPE = /\\x([0-9a-f]{2})/g;

/** Printable ASCII as it is, all other bytes and the backslash as `\xNN`: readable, reversible, fit for JSON. */
export function bytesToText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.replace(SPECIAL, (char) => ESCAPED[char.charCodeAt(0)]!);
}

/** The bytes of a text made by `bytesToText`. */
export function textToBytes(text: string): Uint8Array {
  const plain = text.includes('\\')
    ? text.replace(ESCAPE, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    : text;
  return new Uint8Array(Buffer.from(plain, 'latin1'));
}
