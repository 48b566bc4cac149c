/** RPC messages as JSON, by their schemas: bytes as text, 64-bit integers as decimal text, the rest as it is. */
import type { StructType, Type } from '../../../rpc/idl/schema.ts';
import { bytesToJson, textToBytes } from '../../storage/bytes.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A message as a text of JSON; of a schema without sets and maps, which no message of a mutation has. */
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

/** The inverse of `structToText`, of JSON that it made. */
export function structFromJson(struct: StructType<unknown>, json: JsonObject): unknown {
  const message: Record<string, unknown> = {};
  for (const name in struct.fields) {
    const value = json[name];
    if (value !== undefined) message[name] = fromJson(struct.fields[name]!.type, value);
  }
  return message;
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
