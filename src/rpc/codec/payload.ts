/** The one field in which arguments and results travel, whatever the header before them. */
import type { StructType, Type } from '../idl/schema.ts';
import { decoderOf } from './decode.ts';
import { encoderOf, type HostPorts } from './encode.ts';
import { WireError } from './errors.ts';
import type { Reader } from './reader.ts';
import { STOP, STRUCT, wireTypeOf } from './thrift-types.ts';
import type { Writer } from './writer.ts';

/** @param id 1 for THFT's arguments, 0 for its results and for everything of RDSN */
export function writePayload<T>(
  writer: Writer,
  schema: StructType<T>,
  value: T,
  id: 0 | 1,
  hostPorts?: HostPorts,
): void {
  const inner = schema.isWrapper ? wrappedField(schema) : undefined;
  if (inner === undefined) {
    writer.fieldHeader(STRUCT, id);
    encoderOf(schema, hostPorts)(writer, value);
  } else {
    writer.fieldHeader(wireTypeOf(inner.type), id);
    encoderOf(inner.type, hostPorts)(writer, (value as Record<string, unknown>)[inner.name]);
  }
  writer.u8(STOP);
}

/** As upstream's reader: one field, whatever its type and id claim to be, and the end. @throws WireError */
export function readPayload<T>(reader: Reader, schema: StructType<T>): T {
  if (reader.u8() === STOP) throw new WireError(`no ${schema.name}`);
  reader.skip(2);
  const inner = schema.isWrapper ? wrappedField(schema) : undefined;
  const value =
    inner === undefined ? decoderOf(schema)(reader) : ({ [inner.name]: decoderOf(inner.type)(reader) } as T);
  if (reader.u8() !== STOP) throw new WireError(`something after the ${schema.name}`);
  return value;
}

interface WrappedField {
  readonly name: string;
  readonly type: Type<unknown>;
}

const wrappedFields = new WeakMap<StructType<unknown>, WrappedField>();

function wrappedField(schema: StructType<unknown>): WrappedField {
  const known = wrappedFields.get(schema);
  if (known !== undefined) return known;
  const entry = Object.entries(schema.fields)[0];
  if (entry === undefined) throw new WireError(`${schema.name} has no form on the wire`);
  const field = { name: entry[0], type: entry[1].type };
  wrappedFields.set(schema, field);
  return field;
}
