/** Thrift's binary protocol, written in steps: what is long is left between two of its parts, and taken up again. */
import type { CollectionType, MapType, StructType, Type } from '../idl/schema.ts';
import { encoderOf, type HostPorts, structFields } from './encode.ts';
import { isFlat, STOP, wireTypeOf } from './thrift-types.ts';
import type { Writer } from './writer.ts';

/** Yields before each part. */
export type EncodeSteps = Generator<void, void, void>;

/** A value of fewer elements is written at once. */
const MANY = 500;

/** Whether a value has many elements, at whatever depth. */
export function isLongValue(type: Type<unknown>, value: unknown): boolean {
  return elementsOf(type, value) >= MANY;
}

/** Writes what `encoderOf` writes. */
export function* encodeSteps(
  writer: Writer,
  type: Type<unknown>,
  value: unknown,
  hostPorts: HostPorts,
): EncodeSteps {
  yield;
  if (!isLongValue(type, value))
    (encoderOf(type, hostPorts) as (to: Writer, it: unknown) => void)(writer, value);
  else if (type.kind === 'struct') yield* structSteps(writer, type, value as Fields, hostPorts);
  else yield* elementSteps(writer, type as Container, value as Elements, hostPorts);
}

type Fields = Readonly<Record<string, unknown>>;
type Container = CollectionType<unknown> | MapType<unknown>;
type Elements = readonly unknown[] | ReadonlySet<unknown> | ReadonlyMap<unknown, unknown>;

function* structSteps(
  writer: Writer,
  type: StructType<unknown>,
  value: Fields,
  hostPorts: HostPorts,
): EncodeSteps {
  for (const { name, id, wire, optional, type: of } of structFields(type, hostPorts)) {
    const member = value[name];
    if (member === undefined && optional) continue;
    writer.fieldHeader(wire, id);
    yield* encodeSteps(writer, of, member, hostPorts);
  }
  writer.u8(STOP);
}

function* elementSteps(writer: Writer, type: Container, value: Elements, hostPorts: HostPorts): EncodeSteps {
  const types = elementTypes(type);
  for (const of of types) writer.u8(wireTypeOf(of));
  writer.i32(sizeOf(value));
  for (const element of value) {
    const parts = type.kind === 'map' ? (element as [unknown, unknown]) : [element];
    for (const [at, part] of parts.entries()) yield* encodeSteps(writer, types[at]!, part, hostPorts);
  }
}

function elementTypes(type: Container): readonly Type<unknown>[] {
  return type.kind === 'map' ? [type.key, type.value] : [type.element];
}

function sizeOf(value: Elements): number {
  return Array.isArray(value) ? value.length : (value as ReadonlySet<unknown>).size;
}

/** Counted as far as they are many. */
function elementsOf(type: Type<unknown>, value: unknown): number {
  if (value === undefined || isFlat(type)) return 0;
  if (type.kind === 'struct') {
    const fields = Object.entries(type.fields);
    return counted(0, fields, ([name, field]) => elementsOf(field.type, (value as Fields)[name]));
  }
  const of = type.kind === 'map' ? type.value : (type as CollectionType<unknown>).element;
  const size = sizeOf(value as Elements);
  return isFlat(of) ? size : counted(size, (value as Elements).values(), (part) => elementsOf(of, part));
}

function counted<P>(before: number, parts: Iterable<P>, elementsIn: (part: P) => number): number {
  let count = before;
  for (const part of parts) {
    if (count >= MANY) break;
    count += elementsIn(part);
  }
  return count;
}
