const INTEGER = /^[ \t-\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;
/** So many has the longest integer of 64 bits, which is octal. */
const MOST_DIGITS = 22;

/**
 * A value read as C's `strtoll` reads one with base 0 (`src/utils/string_conv.h`): decimal, `0x` hexadecimal or `0`
 * octal, with leading space and a sign; `undefined` for anything else and beyond 64 bits.
 */
export function parseInteger(value: Uint8Array): bigint | undefined {
  return parseSigned(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1'), 64);
}

/** The same of a text, for integers of 32 or 64 bits (`buf2int32`, `buf2int64`). */
export function parseSigned(text: string, bits: 32 | 64): bigint | undefined {
  const number = parse(text);
  return number !== undefined && BigInt.asIntN(bits, number) === number ? number : undefined;
}

/** The same without a sign, but for -0 (`buf2uint32`, `buf2uint64`). */
export function parseUnsigned(text: string, bits: 32 | 64): bigint | undefined {
  const number = parse(text);
  return number !== undefined && BigInt.asUintN(bits, number) === number ? number : undefined;
}

export function fitsInt64(number: bigint): boolean {
  return BigInt.asIntN(64, number) === number;
}

function parse(text: string): bigint | undefined {
  const match = INTEGER.exec(text);
  if (match === null) return undefined;
  const [, sign, digits] = match;
  // To read a million digits takes long, and says no more.
  if (digits!.replace(/^0[xX]?0*/, '').length > MOST_DIGITS) return undefined;
  const isOctal = /^0[0-7]/.test(digits!);
  const magnitude = BigInt(isOctal ? `0o${digits}` : digits!);
  return sign === '-' ? -magnitude : magnitude;
}
