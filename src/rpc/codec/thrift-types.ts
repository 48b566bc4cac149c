/** Thrift's types, as they stand before every field and every element. */
import type { PrimitiveKind, Type } from '../idl/schema.ts';

export const STOP = 0;
export const BOOL = 2;
export const BYTE = 3;
export const DOUBLE = 4;
export const I16 = 6;
export const I32 = 8;
export const I64 = 10;
export const STRING = 11;
export const STRUCT = 12;
export const MAP = 13;
export const SET = 14;
export const LIST = 15;

/** Pegasus's opaque types say that they are structs; their content is raw, with no field and no end. */
const PRIMITIVES: Readonly<Record<PrimitiveKind, { readonly wire: number; readonly least: number }>> = {
  bool: { wire: BOOL, least: 1 },
  i8: { wire: BYTE, least: 1 },
  i16: { wire: I16, least: 2 },
  i32: { wire: I32, least: 4 },
  i64: { wire: I64, least: 8 },
  big64: { wire: I64, least: 8 },
  double: { wire: DOUBLE, least: 8 },
  string: { wire: STRING, least: 4 },
  server_text: { wire: STRING, least: 4 },
  blob: { wire: STRUCT, least: 4 },
  error_code: { wire: STRUCT, least: 4 },
  task_code: { wire: STRUCT, least: 4 },
  gpid: { wire: STRUCT, least: 8 },
  rpc_address: { wire: STRUCT, least: 8 },
  host_port: { wire: STRUCT, least: 7 },
};

/** What stands before a value of the type. */
export function wireTypeOf(type: Type<unknown>): number {
  switch (type.kind) {
    case 'struct':
      return STRUCT;
    case 'enum':
      return I32;
    case 'list':
      return LIST;
    case 'set':
      return SET;
    case 'map':
      return MAP;
    default:
      return PRIMITIVES[type.kind].wire;
  }
}

const flat = new WeakMap<Type<unknown>, boolean>();

/** Whether no value of the type has elements, of which there may be many. */
export function isFlat(type: Type<unknown>): boolean {
  if (type.kind !== 'struct') return type.kind !== 'list' && type.kind !== 'set' && type.kind !== 'map';
  const known = flat.get(type);
  if (known !== undefined) return known;
  const isIt = Object.values(type.fields).every((field) => isFlat(field.type));
  flat.set(type, isIt);
  return isIt;
}

/** The fewest bytes that a value of the type can take. */
export function leastBytesOf(type: Type<unknown>): number {
  switch (type.kind) {
    case 'struct':
      return 1;
    case 'enum':
      return 4;
    case 'list':
    case 'set':
      return 5;
    case 'map':
      return 6;
    default:
      return PRIMITIVES[type.kind].least;
  }
}
