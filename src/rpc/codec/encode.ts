/** Thrift's binary protocol, written: one function for each schema, made when it is first needed. */
import type { CollectionType, EnumType, MapType, PrimitiveKind, StructType, Type } from '../idl/schema.ts';
import { writeAddress, writeGpid, writeHostPort } from './opaque.ts';
import { STOP, wireTypeOf } from './thrift-types.ts';
import type { Writer } from './writer.ts';

type Encode<T> = (writer: Writer, value: T) => void;

/**
 * Whether the twins of addresses are written that newer servers have beside them (`hp_primary` …). Clients of 2022
 * break on them: what is in an opaque type cannot be skipped.
 */
export type HostPorts = 'with-host-ports' | 'without-host-ports';

const made = {
  'with-host-ports': new WeakMap<Type<unknown>, Encode<never>>(),
  'without-host-ports': new WeakMap<Type<unknown>, Encode<never>>(),
};

/** How a value of the type is written; the value is trusted to have that type. */
export function encoderOf<T>(type: Type<T>, hostPorts: HostPorts = 'with-host-ports'): Encode<T> {
  const known = made[hostPorts].get(type);
  if (known !== undefined) return known as Encode<T>;
  const encode = make(type, hostPorts);
  made[hostPorts].set(type, encode);
  return encode as Encode<T>;
}

const PRIMITIVES: { readonly [K in PrimitiveKind]: Encode<never> } = {
  bool: (writer, value: boolean) => writer.u8(value ? 1 : 0),
  i8: (writer, value: number) => writer.u8(value),
  i16: (writer, value: number) => writer.i16(value),
  i32: (writer, value: number) => writer.i32(value),
  i64: (writer, value: number) => writer.i64(value),
  big64: (writer, value: bigint) => writer.big64(value),
  double: (writer, value: number) => writer.double(value),
  string: (writer, value: string) => writer.text(value),
  server_text: (writer, value: string) => writer.text(writer.addresses?.textToWire(value) ?? value),
  blob: (writer, value: Uint8Array) => writer.bytes(value),
  error_code: (writer, value: string) => writer.text(value),
  task_code: (writer, value: string) => writer.text(value),
  gpid: writeGpid,
  rpc_address: writeAddress,
  host_port: writeHostPort,
};

function make(type: Type<unknown>, hostPorts: HostPorts): Encode<never> {
  switch (type.kind) {
    case 'struct':
      return structEncoder(type, hostPorts);
    case 'enum':
      return enumEncoder(type);
    case 'list':
    case 'set':
      return collectionEncoder(type, hostPorts);
    case 'map':
      return mapEncoder(type, hostPorts);
    default:
      return PRIMITIVES[type.kind];
  }
}

/** The fields of a struct that are written, in their order. */
export function structFields(type: StructType<unknown>, hostPorts: HostPorts) {
  return Object.entries(type.fields)
    .filter(([, field]) => hostPorts === 'with-host-ports' || !(field.optional && holdsHostPort(field.type)))
    .sort(([, a], [, b]) => a.id - b.id)
    .map(([name, { id, type: of, optional }]) => ({
      name,
      id,
      type: of,
      wire: wireTypeOf(of),
      optional,
      encode: encoderOf(of, hostPorts) as Encode<unknown>,
    }));
}

function structEncoder(type: StructType<unknown>, hostPorts: HostPorts): Encode<never> {
  const fields = structFields(type, hostPorts);
  return (writer: Writer, value: Record<string, unknown>) => {
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i]!;
      const member = value[field.name];
      if (member === undefined && field.optional) continue;
      writer.fieldHeader(field.wire, field.id);
      field.encode(writer, member);
    }
    writer.u8(STOP);
  };
}

function holdsHostPort(type: Type<unknown>): boolean {
  if (type.kind === 'list' || type.kind === 'set') return holdsHostPort(type.element);
  if (type.kind === 'map') return holdsHostPort(type.key) || holdsHostPort(type.value);
  return type.kind === 'host_port';
}

/** A number that the enum has no name for is its own decimal text. */
function enumEncoder(type: EnumType<unknown>): Encode<never> {
  return (writer: Writer, value: string) => writer.i32(type.numbers[value] ?? Number(value));
}

function collectionEncoder(type: CollectionType<unknown>, hostPorts: HostPorts): Encode<never> {
  const wire = wireTypeOf(type.element);
  const encode = encoderOf(type.element, hostPorts);
  if (type.kind === 'set') {
    return (writer: Writer, value: Set<unknown>) => {
      writer.u8(wire);
      writer.i32(value.size);
      for (const element of value) encode(writer, element);
    };
  }
  return (writer: Writer, value: readonly unknown[]) => {
    writer.u8(wire);
    writer.i32(value.length);
    for (let i = 0; i < value.length; i++) encode(writer, value[i]);
  };
}

function mapEncoder(type: MapType<unknown>, hostPorts: HostPorts): Encode<never> {
  const keyWire = wireTypeOf(type.key);
  const valueWire = wireTypeOf(type.value);
  const encodeKey = encoderOf(type.key, hostPorts);
  const encodeValue = encoderOf(type.value, hostPorts);
  return (writer: Writer, value: Map<unknown, unknown>) => {
    writer.u8(keyWire);
    writer.u8(valueWire);
    writer.i32(value.size);
    for (const [key, member] of value) {
      encodeKey(writer, key);
      encodeValue(writer, member);
    }
  };
}
