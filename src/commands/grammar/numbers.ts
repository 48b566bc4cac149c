/** Numbers as the C++ shell reads them (`src/utils/string_conv.h`): `strtoll` with base 0, the whole text. */

const INTEGER = /^[ \t\n\v\f\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;

function parse(text: string): bigint | undefined {
  const found = INTEGER.exec(text);
  if (found === null) return undefined;
  const [, sign, digits = ''] = found;
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return sign === '-' ? -magnitude : magnitude;
}

function within(text: string, least: bigint, most: bigint): bigint | undefined {
  const value = parse(text);
  return value === undefined || value < least || value > most ? undefined : value;
}

/** `buf2int32`; undefined where the text is no such number. */
export function int32(text: string): number | undefined {
  const value = within(text, -(2n ** 31n), 2n ** 31n - 1n);
  return value === undefined ? undefined : Number(value);
}

/** `buf2int64`. */
export function int64(text: string): bigint | undefined {
  return within(text, -(2n ** 63n), 2n ** 63n - 1n);
}

/** `buf2uint32`: a sign is refused unless the value is 0. */
export function uint32(text: string): number | undefined {
  const value = within(text, 0n, 2n ** 32n - 1n);
  return value === undefined ? undefined : Number(value);
}

/** `buf2bool`. */
export function boolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}
