/** RPC messages as JSON, by their schemas: bytes as text, 64-bit integers as decimal text, the rest as it is. */
import type { StructType, Type } from '../../../rpc/idl/schema.ts';
import { bytesToJson, textToBytes } from '../../storage/bytes.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A message as a text of JSON; of a schema without sets and maps, which no message of a mutation has. */
export function structToText(struct: StructType<unknown>, message: unknown): string {
  const source = message as JsonObject;
  const members = membersOf(struct);
  let text = '{';
  for (let at = 0; at < members.length; at++) {
    const { name, label, type } = members[at]!;
    const value = source[name];
    if (value === undefined) continue;
    if (text !== '{') text += ',';
    text += label;
    text += toText(type, value);
  }
  return `${text}}`;
}

interface Member {
  readonly name: string;
  /** What stands before the value. */
  readonly label: string;
  readonly type: Type<unknown>;
}

const membersOfStructs = new WeakMap<StructType<unknown>, readonly Member[]>();

function membersOf(struct: StructType<unknown>): readonly Member[] {
  const known = membersOfStructs.get(struct);
  if (known !== undefined) return known;
  const members = Object.entries(struct.fields).map(([name, { type }]) => ({
    name,
    label: `"${name}":`,
    type,
  }));
  membersOfStructs.set(struct, members);
  return members;
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
      return listToText(type.element, value as readonly unknown[]);
    case 'blob':
      return bytesToJson(value as Uint8Array);
    case 'i32':
    case 'i64':
      return `${value}`;
    case 'big64':
      return `"${value}"`;
    default:
      return JSON.stringify(value);
  }
}

function listToText(type: Type<unknown>, elements: readonly unknown[]): string {
  let text = '[';
  for (let at = 0; at < elements.length; at++) {
    if (at > 0) text += ',';
    text += toText(type, elements[at]);
  }
  return `${text}]`;
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
