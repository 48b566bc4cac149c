import type { Field, StructType } from '../idl/schema.ts';
import { zeroOf } from './decode.ts';

/** A message in which nothing is said yet: what C++ has when it begins an answer. */
export function blankOf<T>(schema: StructType<T>): T {
  const needed = Object.entries(schema.fields).filter(([, field]) => !field.optional);
  return Object.fromEntries(needed.map(([name, field]) => [name, blankField(field)])) as T;
}

function blankField(field: Field): unknown {
  const { type } = field;
  if (type.kind === 'struct') return blankOf(type);
  if (type.kind === 'error_code') return 'ERR_OK';
  const zero = zeroOf(field);
  if (zero !== undefined) return zero();
  return type.kind === 'enum' ? Object.keys(type.numbers)[0] : undefined;
}
