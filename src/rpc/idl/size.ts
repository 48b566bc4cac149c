import type { Type } from './schema.ts';

const FIXED: Readonly<Record<string, number>> = {
  bool: 1,
  i8: 1,
  i16: 2,
  i32: 4,
  enum: 4,
  i64: 8,
  big64: 8,
  double: 8,
  gpid: 8,
  rpc_address: 8,
};
/** Type and id of a field; the stop after the last one; the length of a text, a list or a set; of a map. */
const [FIELD, STOP, LENGTH, LIST, MAP] = [3, 1, 4, 5, 6];

/** How many bytes a value takes in thrift's binary protocol. */
export function encodedSize(type: Type<unknown>, value: unknown): number {
  const fixed = FIXED[type.kind];
  if (fixed !== undefined) return fixed;
  switch (type.kind) {
    case 'struct': {
      let size = STOP;
      const fields = value as Readonly<Record<string, unknown>>;
      for (const name in type.fields) {
        const field = fields[name];
        if (field !== undefined) size += FIELD + encodedSize(type.fields[name]!.type, field);
      }
      return size;
    }
    case 'list':
    case 'set':
      return sum(value as Iterable<unknown>, LIST, (element) => encodedSize(type.element, element));
    case 'map':
      return sum(
        value as Map<unknown, unknown>,
        MAP,
        ([key, one]) => encodedSize(type.key, key) + encodedSize(type.value, one),
      );
    case 'blob':
      return LENGTH + (value as Uint8Array).length;
    default:
      return LENGTH + Buffer.byteLength(value as string);
  }
}

function sum<T>(values: Iterable<T>, start: number, sizeOf: (value: T) => number): number {
  let size = start;
  for (const value of values) size += sizeOf(value);
  return size;
}
