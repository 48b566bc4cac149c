/**
 * Words of a line are strings that lose no byte: what is valid UTF-8 is itself, every other byte is a lone
 * surrogate U+DC80…U+DCFF (which valid text cannot have). The tokeniser makes them, data commands read them.
 */

const LONE_BYTE_BASE = 0xdc00;
const LONE_BYTE = /[\udc80-\udcff]/u;
const utf8 = new TextEncoder();

/** The bytes that a word stands for. */
export function wordBytes(word: string): Uint8Array {
  // Most words are ASCII, and short: to call the encoder takes longer than that.
  const bytes = new Uint8Array(word.length);
  for (let at = 0; at < word.length; at++) {
    const code = word.charCodeAt(at);
    if (code > 0x7f) return encoded(word);
    bytes[at] = code;
  }
  return bytes;
}

function encoded(word: string): Uint8Array {
  if (!LONE_BYTE.test(word)) return utf8.encode(word);
  const pieces = Array.from(word, (character) =>
    LONE_BYTE.test(character)
      ? Uint8Array.of(character.charCodeAt(0) - LONE_BYTE_BASE)
      : utf8.encode(character),
  );
  return new Uint8Array(Buffer.concat(pieces));
}
