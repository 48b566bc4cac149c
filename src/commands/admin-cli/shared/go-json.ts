const LITERALS: Readonly<Record<string, string>> = { n: 'null', t: 'true', f: 'false' };

/** A text that is to be JSON: its value, or what Go's `encoding/json` says of the first thing that is wrong. */
export function parseGoJson(text: string): { readonly value: unknown } | { readonly error: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { error: complaint(text.trimStart()) };
  }
}

/** Where a text does not even begin as JSON Go names the character; where it only breaks off, it says that. */
function complaint(text: string): string {
  const first = text[0];
  if (first === undefined || /^[{["\d-]/.test(first)) return 'unexpected end of JSON input';
  const literal = LITERALS[first];
  if (literal === undefined) return `invalid character ${quoted(first)} looking for beginning of value`;
  const at = [...literal].findIndex((letter, index) => text[index] !== letter);
  const wrong = text[at];
  if (wrong === undefined) return 'unexpected end of JSON input';
  return `invalid character ${quoted(wrong)} in literal ${literal} (expecting '${literal[at]}')`;
}

function quoted(character: string): string {
  return character === "'" ? `'\\''` : `'${character}'`;
}
