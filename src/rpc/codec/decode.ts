/** Thrift's binary protocol, read: one function for each schema, made when it is first needed. */
import { isErrorCode } from '../idl/errors.ts';
import type {
  CollectionType,
  EnumType,
  Field,
  MapType,
  PrimitiveKind,
  StructType,
  Type,
} from '../idl/schema.ts';
import { WireError } from './errors.ts';
import { readAddress, readGpid, readHostPort } from './opaque.ts';
import type { Reader } from './reader.ts';
import { skipValue } from './skip.ts';
import { leastBytesOf, STOP, wireTypeOf } from './thrift-types.ts';

type Decode<T> = (reader: Reader) => T;

const made = new WeakMap<Type<unknown>, Decode<unknown>>();

/**
 * How a value of the type is read. Fields that the schema lacks are skipped, as those of another type are.
 *
 * A missing field has the value that a C++ reader sees: zero. One that has no zero (a struct, an error code, an enum
 * that begins elsewhere) is required.
 *
 * @throws WireError
 */
export function decoderOf<T>(type: Type<T>): Decode<T> {
  const known = made.get(type);
  if (known !== undefined) return known as Decode<T>;
  const decode = make(type);
  made.set(type, decode);
  return decode as Decode<T>;
}

const PRIMITIVES: { readonly [K in PrimitiveKind]: Decode<unknown> } = {
  bool: (reader) => reader.u8() !== 0,
  i8: (reader) => reader.i8(),
  i16: (reader) => reader.i16(),
  i32: (reader) => reader.i32(),
  i64: (reader) => reader.i64(),
  big64: (reader) => reader.big64(),
  double: (reader) => reader.double(),
  string: (reader) => reader.text(),
  server_text: (reader) => reader.text(),
  blob: (reader) => reader.bytes(),
  error_code: readErrorCode,
  task_code: (reader) => reader.text(),
  gpid: readGpid,
  rpc_address: readAddress,
  host_port: readHostPort,
};

/** A name that is not known is ERR_UNKNOWN, as in C++. */
function readErrorCode(reader: Reader): string {
  const name = reader.text();
  return isErrorCode(name) ? name : 'ERR_UNKNOWN';
}

function make(type: Type<unknown>): Decode<unknown> {
  switch (type.kind) {
    case 'struct':
      return structDecoder(type);
    case 'enum':
      return enumDecoder(type);
    case 'list':
    case 'set':
      return collectionDecoder(type);
    case 'map':
      return mapDecoder(type);
    default:
      return PRIMITIVES[type.kind];
  }
}

interface FieldDecoder {
  readonly name: string;
  readonly type: Type<unknown>;
  readonly wire: number;
  readonly decode: Decode<unknown>;
}

type Fields = Record<string, unknown>;

/** How a struct is read, field by field. */
export interface StructForm {
  readonly byId: readonly (FieldDecoder | undefined)[];
  /** Gives missing fields what they are taken for. @throws WireError where one is required */
  readonly complete: (value: Fields) => void;
}

export function structForm(type: StructType<unknown>): StructForm {
  const byId: (FieldDecoder | undefined)[] = [];
  for (const [name, { id, type: of }] of Object.entries(type.fields)) {
    byId[id] = { name, type: of, wire: wireTypeOf(of), decode: decoderOf(of) };
  }
  const needed = Object.entries(type.fields).flatMap(([name, field]) =>
    field.optional ? [] : { name, zero: zeroOf(field) },
  );
  const complete = (value: Fields): void => {
    for (let i = 0; i < needed.length; i++) {
      const { name, zero } = needed[i]!;
      if (value[name] !== undefined) continue;
      if (zero === undefined) throw new WireError(`${type.name} without ${name}`);
      value[name] = zero();
    }
  };
  return { byId, complete };
}

/** No struct has so many, not even with some of them twice. */
const MOST_FIELDS = 128;

/** What stands before the next field of a struct. @throws WireError for fields without end */
export function fieldWire(reader: Reader, before: number): number {
  if (before > MOST_FIELDS) throw new WireError(`a struct of more than ${MOST_FIELDS} fields`);
  return reader.u8();
}

function structDecoder(type: StructType<unknown>): Decode<unknown> {
  const { byId, complete } = structForm(type);
  return (reader) => {
    const value: Fields = {};
    for (let count = 0, wire = fieldWire(reader, count); wire !== STOP; wire = fieldWire(reader, ++count)) {
      const field = byId[reader.i16()];
      if (field === undefined || field.wire !== wire) skipValue(reader, wire);
      else value[field.name] = field.decode(reader);
    }
    complete(value);
    return value;
  };
}

const ZEROS: Partial<Record<Type<unknown>['kind'], () => unknown>> = {
  bool: () => false,
  i8: () => 0,
  i16: () => 0,
  i32: () => 0,
  i64: () => 0,
  big64: () => 0n,
  double: () => 0,
  string: () => '',
  server_text: () => '',
  blob: () => new Uint8Array(0),
  task_code: () => '',
  gpid: () => ({ app_id: 0, partition_index: 0 }),
  rpc_address: () => '',
  host_port: () => '',
  list: () => [],
  set: () => new Set(),
  map: () => new Map(),
};

/** What a missing field is taken for; undefined where it is required. */
export function zeroOf({ type, missing }: Field): (() => unknown) | undefined {
  if (missing !== undefined) return () => missing;
  if (type.kind !== 'enum') return ZEROS[type.kind];
  const name = Object.keys(type.numbers).find((key) => type.numbers[key] === 0);
  return name === undefined ? undefined : () => name;
}

/** A number that the enum has no name for is its own decimal text. */
function enumDecoder(type: EnumType<unknown>): Decode<unknown> {
  const names = new Map(Object.entries(type.numbers).map(([name, number]) => [number, name]));
  return (reader) => {
    const number = reader.i32();
    return names.get(number) ?? String(number);
  };
}

function collectionDecoder(type: CollectionType<unknown>): Decode<unknown> {
  const begin = beginCollection(type);
  const decode = decoderOf(type.element);
  const list = (reader: Reader): unknown[] => {
    const count = begin(reader);
    const elements: unknown[] = [];
    for (let i = 0; i < count; i++) elements.push(decode(reader));
    return elements;
  };
  return type.kind === 'list' ? list : (reader) => new Set(list(reader));
}

/** How what stands before the elements is read. @returns their number */
export function beginCollection(type: CollectionType<unknown>): Decode<number> {
  const wire = wireTypeOf(type.element);
  const least = leastBytesOf(type.element);
  return (reader) => {
    const given = reader.u8();
    const count = reader.elements(least);
    if (count > 0 && given !== wire) throw new WireError(`elements of type ${given} where ${wire} belongs`);
    return count;
  };
}

/** How what stands before the entries is read. @returns their number */
export function beginMap(type: MapType<unknown>): Decode<number> {
  const wires = `${wireTypeOf(type.key)}:${wireTypeOf(type.value)}`;
  const least = leastBytesOf(type.key) + leastBytesOf(type.value);
  return (reader) => {
    const given = `${reader.u8()}:${reader.u8()}`;
    const count = reader.elements(least);
    if (count > 0 && given !== wires) throw new WireError(`a map of types ${given} where ${wires} belongs`);
    return count;
  };
}

function mapDecoder(type: MapType<unknown>): Decode<unknown> {
  const begin = beginMap(type);
  const decodeKey = decoderOf(type.key);
  const decodeValue = decoderOf(type.value);
  return (reader) => {
    const count = begin(reader);
    const map = new Map<unknown, unknown>();
    for (let i = 0; i < count; i++) map.set(decodeKey(reader), decodeValue(reader));
    return map;
  };
}
