/** RPC messages as JSON, by their schemas: bytes as text, 64-bit integers as decimal text, the rest as it is. */
import type { StructType, Type } from '../../../rpc/idl/schema.ts';
import { bytesToJson, bytesToText, textToBytes } from '../../storage/bytes.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Of a schema without sets and maps, which no message of a mutation has. */
export function structToJson(struct: StructType<unknown>, message: unknown): JsonObject {
  return mapFields(struct, message, toJson);
}

/** What `structToJson` gives, as text. */
export function structToText(struct: StructType<unknown>, message: unknown): string {
  const source = message as JsonObject;
  let text = '';
  for (const name in struct.fields) {
    const value = source[name];
    if (value === undefined) continue;
    text += `${text === '' ? '{' : ','}"${name}":${toText(struct.fields[name]!.type, value)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

/** The inverse of `structToJson`, of JSON that it made. */
export function structFromJson(struct: StructType<unknown>, json: JsonObject): unknown {
  return mapFields(struct, json, fromJson);
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

function toText(type: Type<unknown>, value: unknown): string {
  switch (type.kind) {
    case 'struct':
      return structToText(type, value);
    case 'list':
      return `[${(value as unknown[]).map((element) => toText(type.element, element)).join(',')}]`;
    case 'blob':
      return bytesToJson(value as Uint8Array);
    case 'big64':
      return `"${value}"`;
    default:
      return JSON.stringify(value);
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
