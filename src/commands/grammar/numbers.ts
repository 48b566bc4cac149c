/** Numbers as the C++ shell reads them: the whole text (`src/utils/string_conv.h`). Undefined: it is none. */
import { parseSigned, parseUnsigned } from '../../rpc/idl/integer.ts';

/** `buf2int32`. */
export function int32(text: string): number | undefined {
  const value = parseSigned(text, 32);
  return value === undefined ? undefined : Number(value);
}

/** `buf2int64`. */
export function int64(text: string): bigint | undefined {
  return parseSigned(text, 64);
}

/** `buf2uint32`. */
export function uint32(text: string): number | undefined {
  const value = parseUnsigned(text, 32);
  return value === undefined ? undefined : Number(value);
}

/** `buf2bool`. */
export function boolean(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}
