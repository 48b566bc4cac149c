const INTEGER = /^[ \t-\r]*([+-]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)$/;

/**
 * A value read as C's `strtoll` reads one with base 0 (`src/utils/string_conv.h`): decimal, `0x` hexadecimal or `0`
 * octal, with leading space and a sign; `undefined` for anything else and beyond 64 bits.
 */
export function parseInteger(value: Uint8Array): bigint | undefined {
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1');
  const match = INTEGER.exec(text);
  if (match === null) return undefined;
  const [, sign, digits] = match;
  const isOctal = /^0[0-7]/.test(digits!);
  const magnitude = BigInt(isOctal ? `0o${digits}` : digits!);
  const number = sign === '-' ? -magnitude : magnitude;
  return fitsInt64(number) ? number : undefined;
}

export function fitsInt64(number: bigint): boolean {
  return BigInt.asIntN(64, number) === number;
}
