/** By byte: printable ASCII but the backslash as it is, all else as `\xNN`. */
const TEXTS = Array.from({ length: 256 }, (_, byte) => {
  const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x5c;
  return isPlain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
});
const SPECIAL = /[^ -[\]-~]/g;
/** Below that many bytes it takes longer to call into Node.js than to go through them here. */
const LONG = 256;

/** Printable ASCII as it is, all other bytes and the backslash as `\xNN`: readable, reversible, fit for JSON. */
export function bytesToText(bytes: Uint8Array): string {
  if (bytes.length >= LONG) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    return text.replace(SPECIAL, (char) => TEXTS[char.charCodeAt(0)]!);
  }
  let text = '';
  for (let at = 0; at < bytes.length; at++) text += TEXTS[bytes[at]!]!;
  return text;
}

/** The bytes of a text made by `bytesToText`. */
export function textToBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isEscape = code === 0x5c;
    bytes[length++] = isEscape ? Number.parseInt(text.slice(at + 2, at + 4), 16) : code;
    if (isEscape) at += 3;
  }
  return length === bytes.length ? bytes : bytes.slice(0, length);
}
