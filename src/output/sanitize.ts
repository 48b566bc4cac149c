/** Keeps what comes from data or from a server from driving the terminal. */

const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/g;
const PLAIN = /^[\x20-\x7e]*$/;

/** Names and texts of a cluster as they may be shown: control characters but newline as `\xHH`. */
export function sanitize(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(CONTROL, (character) => hex(character.charCodeAt(0)));
}

const DRIVING = /(\x1b\[(?:0|1|38;2;\d{3};\d{3};\d{3})m)|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;

/** The same of a text that is coloured as `ansi.ts` does it for the dialects, and laid out: it keeps colours and tabs. */
export function sanitizeColored(text: string): string {
  return text.replace(DRIVING, (found: string, color?: string) => color ?? hex(found.charCodeAt(0)));
}

function hex(byte: number): string {
  return `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
