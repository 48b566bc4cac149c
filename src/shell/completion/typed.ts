/** A line as far as it is typed: the words that are whole, and the one that the cursor stands in. */
export interface TypedLine {
  readonly words: readonly string[];
  /** Without quotes; empty behind a blank. */
  readonly partial: string;
  /** The quote that is still open in it. */
  readonly quote: '"' | "'" | '';
  /** How it stands in the line, with what quotes it. */
  readonly written: string;
}

/** Splits what is typed up to the cursor, as both dialects do wherever they agree. */
export function readTyped(text: string): TypedLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote: TypedLine['quote'] = '';
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === '' && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    if (word === undefined) start = at;
    word ??= '';
    if (char === quote) quote = '';
    else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === '\\' && quote !== "'" && at + 1 < text.length) word += text[++at];
    else word += char;
  }
  return { words, partial: word ?? '', quote, written: word === undefined ? '' : text.slice(start) };
}

/** A line that is not whole: a quote is open, or a `\` at its end joins the next line. */
export function isUnfinished(text: string): boolean {
  const { quote } = readTyped(text);
  return quote !== '' || /(?<!\\)(\\\\)*\\$/.test(text);
}
