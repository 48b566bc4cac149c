/** Bytes, printable ASCII only and without the backslash: their text is the same. */
const PLAIN = /^[ -[\]-~]*$/;
const SPECIAL = /[^ -[\]-~]/g;
const ESCAPE = /\\x([0-9a-f]{2})/g;

/** Printable ASCII as it is, all other bytes and the backslash as `\xNN`: readable, reversible, fit for JSON. */
export function bytesToText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  if (PLAIN.test(text)) return text;
  return text.replace(SPECIAL, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The bytes of a text made by `bytesToText`. */
export function textToBytes(text: string): Uint8Array {
  const plain = text.includes('\\')
    ? text.replace(ESCAPE, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    : text;
  return new Uint8Array(Buffer.from(plain, 'latin1'));
}
