/** RPC messages as JSON, by their schemas: bytes as text, 64-bit integers as decimal text, the rest as it is. */
import * as v from 'valibot';
import type { EnumType, PrimitiveKind, StructType, Type } from '../../../rpc/idl/schema.ts';
import { bytesToText, textToBytes } from '../../storage/bytes.ts';
import { integer } from '../../storage/integer.ts';
import { bytesTextSchema } from './bytes-schema.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws Error for a schema with sets, maps or addresses, which no message of a mutation has */
export function structToJson(struct: StructType<unknown>, message: unknown): JsonObject {
  return mapFields(struct, message, toJson);
}

/** The inverse of `structToJson`, of JSON that fits `structSchema`. */
export function structFromJson(struct: StructType<unknown>, json: JsonObject): unknown {
  return mapFields(struct, json, fromJson);
}

/** What `structToJson` makes. */
export function structSchema(struct: StructType<unknown>): v.GenericSchema<unknown, JsonObject> {
  const members = Object.entries(struct.fields).map(([name, field]) => {
    const member = schemaOf(field.type);
    return [name, field.optional ? v.optional(member) : member];
  });
  return v.strictObject(Object.fromEntries(members));
}

function mapFields(
  struct: StructType<unknown>,
  message: unknown,
  convert: (type: Type<unknown>, value: unknown) => unknown,
): JsonObject {
  const source = message as JsonObject;
  const converted: Record<string, unknown> = {};
  for (const name in struct.fields) {
    const value = source[name];
    if (value !== undefined) converted[name] = convert(struct.fields[name]!.type, value);
  }
  return converted;
}

function toJson(type: Type<unknown>, value: unknown): unknown {
  switch (type.kind) {
    case 'struct':
      return structToJson(type, value);
    case 'list':
      return (value as unknown[]).map((element) => toJson(type.element, element));
    case 'blob':
      return bytesToText(value as Uint8Array);
    case 'big64':
      return String(value);
    default:
      return value;
  }
}

function fromJson(type: Type<unknown>, json: unknown): unknown {
  switch (type.kind) {
    case 'struct':
      return structFromJson(type, json as JsonObject);
    case 'list':
      return (json as unknown[]).map((element) => fromJson(type.element, element));
    case 'blob':
      return textToBytes(json as string);
    case 'big64':
      return BigInt(json as string);
    default:
      return json;
  }
}

const PRIMITIVES: Partial<Record<PrimitiveKind, v.GenericSchema<unknown, unknown>>> = {
  bool: v.boolean(),
  i8: integer,
  i32: integer,
  i64: integer,
  big64: v.pipe(v.string(), v.regex(/^-?\d{1,19}$/)),
  string: v.string(),
  task_code: v.string(),
  blob: bytesTextSchema,
};

function schemaOf(type: Type<unknown>): v.GenericSchema<unknown, unknown> {
  switch (type.kind) {
    case 'struct':
      return structSchema(type);
    case 'list':
      return v.array(schemaOf(type.element));
    case 'enum':
      return v.picklist(Object.keys((type as EnumType<unknown>).numbers));
    case 'set':
    case 'map':
      throw new Error(`no JSON form for a ${type.kind}`);
    default:
      return primitiveSchema(type.kind);
  }
}

function primitiveSchema(kind: PrimitiveKind): v.GenericSchema<unknown, unknown> {
  const schema = PRIMITIVES[kind];
  if (schema === undefined) throw new Error(`no JSON form for a ${kind}`);
  return schema;
}
