import { isUtf8 } from 'node:buffer';

const ESCAPE_BASE = 0xdc00;

/**
 * The word for any bytes: what is valid UTF-8 is itself, every other byte is the lone surrogate U+DC00 + byte,
 * from which `commands/grammar/words.ts` gets the byte back.
 */
export function wordOfBytes(bytes: Uint8Array): string {
  const whole = decode(bytes);
  if (whole !== undefined) return whole;
  let word = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((size) => decode(bytes.subarray(at, at + size)) !== undefined);
    word +=
      length === undefined
        ? String.fromCharCode(ESCAPE_BASE + bytes[at]!)
        : decode(bytes.subarray(at, at + length));
    at += length ?? 1;
  }
  return word;
}

function decode(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString() : undefined;
}
