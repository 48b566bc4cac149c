/** What stands behind a server's address (`http_request::parse` in `src/http/http_server.cpp`). */
export interface Url {
  /** `meta/app`: without slashes at its ends. */
  readonly path: string;
  readonly args: ReadonlyMap<string, string>;
}

/** As C ends a text; upstream counts it as one more byte of the path. */
const END = '\0';

/** @returns what is wrong, where it is */
export function parseUrl(url: string): Url | string {
  const question = url.indexOf('?');
  const [rawPath, rawQuery] = question < 0 ? [url, ''] : [url.slice(0, question), url.slice(question + 1)];
  const path = decoded(`${rawPath}${END}`);
  if ('error' in path) return path.error;
  const query = decoded(rawQuery);
  if ('error' in query) return query.error;
  const args = argumentsOf(query.text);
  if (typeof args === 'string') return args;
  return { path: pieces(path.text.replace(/\0$/, ''), '/').join('/'), args };
}

/** It is decoded first, so that `%26` separates, too. A name without a value is a flag, which may stand there again. */
function argumentsOf(query: string): Map<string, string> | string {
  const args = new Map<string, string>();
  for (const piece of pieces(query, '&')) {
    const equals = piece.indexOf('=');
    const name = equals < 0 ? piece : piece.slice(0, equals);
    if (equals < 0 && args.has(name)) continue;
    if (args.has(name)) return `ERR_INVALID_PARAMETERS: duplicate parameter: ${name}`;
    args.set(name, equals < 0 ? '' : piece.slice(equals + 1));
  }
  return args;
}

/** `split_args`: without the spaces at their ends; empty ones are left out. */
function pieces(text: string, separator: string): string[] {
  const [untilNul = ''] = text.split(END, 1);
  return untilNul
    .split(separator)
    .map((piece) => piece.replace(/^[ \t]+|[ \t\r\n]+$/g, ''))
    .filter((piece) => piece !== '');
}

/** `uri::decode`. Bytes that are no UTF-8 do not survive. */
function decoded(encoded: string): { text: string } | { error: string } {
  const bytes = Buffer.from(encoded, 'latin1');
  const plain: number[] = [];
  for (let at = 0; at < bytes.length; at++) {
    if (encoded[at] !== '%') {
      plain.push(bytes[at]!);
      continue;
    }
    if (at + 2 >= bytes.length)
      return { error: 'ERR_INVALID_PARAMETERS: Encountered partial escape sequence at end of string' };
    const hex = encoded.slice(at + 1, at + 3);
    if (!/^[0-9a-f]{2}$/i.test(hex)) return { error: notHex(encoded.slice(at + 1)) };
    plain.push(Number.parseInt(hex, 16));
    at += 2;
  }
  return { text: Buffer.from(plain).toString() };
}

function notHex(rest: string): string {
  const [shown = ''] = rest.split(END, 1);
  return (
    `ERR_INVALID_PARAMETERS: The characters ${shown} do not ` +
    'form a hex value. Please escape it or pass a valid hex value'
  );
}
