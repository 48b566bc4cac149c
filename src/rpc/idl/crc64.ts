/** Reflected polynomial of Pegasus's crc64 (`src/utils/crc.cpp`), in halves: bigints cost too much per byte. */
const POLYNOMIAL_HIGH = 0x9a6c9329;
const POLYNOMIAL_LOW = 0xac4bc9b5;

const high = new Uint32Array(256);
const low = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) fillEntry(byte);

function fillEntry(byte: number): void {
  let upper = 0;
  let lower = byte;
  for (let bit = 0; bit < 8; bit++) {
    const carries = (lower & 1) === 1;
    lower = (lower >>> 1) | (upper << 31);
    upper >>>= 1;
    if (carries) {
      upper ^= POLYNOMIAL_HIGH;
      lower ^= POLYNOMIAL_LOW;
    }
  }
  high[byte] = upper;
  low[byte] = lower;
}

/**
 * The unsigned 64-bit checksum by which keys are spread over partitions; 0 for no bytes.
 *
 * @param to where the bytes end that count, as an index
 */
export function crc64(bytes: Uint8Array, from = 0, to = bytes.length): bigint {
  let upper = 0xffffffff;
  let lower = 0xffffffff;
  for (let at = from; at < to; at++) {
    const index = (lower ^ bytes[at]!) & 0xff;
    lower = ((lower >>> 8) | (upper << 24)) ^ low[index]!;
    upper = (upper >>> 8) ^ high[index]!;
  }
  return (BigInt(~upper >>> 0) << 32n) | BigInt(~lower >>> 0);
}
