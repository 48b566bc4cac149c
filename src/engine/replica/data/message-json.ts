/** RPC messages as JSON, by their schemas: bytes as text, 64-bit integers as decimal text, the rest as it is. */
import type { StructType, Type } from '../../../rpc/idl/schema.ts';
import type { Steps } from '../../steps.ts';
import { textToBytes } from '../../storage/bytes.ts';
import { constant, type JsonWriter } from '../../storage/json-writer.ts';
import { isNextPart } from './long-writes.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Writes a message as JSON; of a schema without sets and maps, which no message of a mutation has. */
export function writeStruct(to: JsonWriter, struct: StructType<unknown>, message: unknown): void {
  const source = message as JsonObject;
  const members = membersOf(struct);
  let isFirst = true;
  to.character('{');
  for (let at = 0; at < members.length; at++) {
    const { name, first, next, type } = members[at]!;
    const value = source[name];
    if (value === undefined) continue;
    to.constant(isFirst ? first : next);
    isFirst = false;
    writeValue(to, type, value);
  }
  to.character('}');
}

/** The same in steps, of a message with long lists. */
export function* writingStruct(to: JsonWriter, struct: StructType<unknown>, message: unknown): Steps {
  const source = message as JsonObject;
  let isFirst = true;
  to.character('{');
  for (const { name, first, next, type } of membersOf(struct)) {
    const value = source[name];
    if (value === undefined) continue;
    to.constant(isFirst ? first : next);
    isFirst = false;
    if (type.kind === 'list') yield* writingList(to, type.element, value as readonly unknown[]);
    else writeValue(to, type, value);
  }
  to.character('}');
}

function* writingList(to: JsonWriter, type: Type<unknown>, elements: readonly unknown[]): Steps {
  to.character('[');
  for (let at = 0; at < elements.length; at++) {
    if (isNextPart(at)) yield;
    if (at > 0) to.character(',');
    writeValue(to, type, elements[at]);
  }
  to.character(']');
}

interface Member {
  readonly name: string;
  /** What stands before the value, of the first member and of another. */
  readonly first: Uint8Array;
  readonly next: Uint8Array;
  readonly type: Type<unknown>;
}

const membersOfStructs = new WeakMap<StructType<unknown>, readonly Member[]>();

function membersOf(struct: StructType<unknown>): readonly Member[] {
  const known = membersOfStructs.get(struct);
  if (known !== undefined) return known;
  const members = Object.entries(struct.fields).map(([name, { type }]) => ({
    name,
    first: constant(`"${name}":`),
    next: constant(`,"${name}":`),
    type,
  }));
  membersOfStructs.set(struct, members);
  return members;
}

/** The inverse of `writeStruct`, of JSON that it made. */
export function structFromJson(struct: StructType<unknown>, json: JsonObject): unknown {
  const message: Record<string, unknown> = {};
  for (const name in struct.fields) {
    const value = json[name];
    if (value !== undefined) message[name] = fromJson(struct.fields[name]!.type, value);
  }
  return message;
}

function writeValue(to: JsonWriter, type: Type<unknown>, value: unknown): void {
  switch (type.kind) {
    case 'struct':
      writeStruct(to, type, value);
      break;
    case 'list':
      writeList(to, type.element, value as readonly unknown[]);
      break;
    case 'blob':
      to.bytes(value as Uint8Array);
      break;
    case 'i32':
    case 'i64':
      to.integer(value as number);
      break;
    case 'big64':
      to.text(`"${value}"`);
      break;
    default:
      to.text(JSON.stringify(value));
  }
}

function writeList(to: JsonWriter, type: Type<unknown>, elements: readonly unknown[]): void {
  to.character('[');
  for (let at = 0; at < elements.length; at++) {
    if (at > 0) to.character(',');
    writeValue(to, type, elements[at]);
  }
  to.character(']');
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
