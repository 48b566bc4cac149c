/** `k1=v1,k2=v2` (`parse_kv_map`): undefined where a piece has no `=` or a key comes twice. */
export function parseKvMap(text: string): Map<string, string> | undefined {
  const pairs = new Map<string, string>();
  for (const piece of splitArgs(text, ',')) {
    const equals = piece.indexOf('=');
    const key = piece.slice(0, equals);
    if (equals < 0 || pairs.has(key)) return undefined;
    pairs.set(key, piece.slice(equals + 1));
  }
  return pairs;
}

/** Pieces between separators, trimmed, the empty ones dropped (`split_args`, `src/utils/strings.cpp`). */
export function splitArgs(text: string, separator: string): string[] {
  const pieces = text.split(separator).map((piece) => piece.replace(/^[ \t]+|[ \t\r\n]+$/g, ''));
  return pieces.filter((piece) => piece !== '');
}
