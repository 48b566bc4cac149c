/** Thrift's binary protocol, written in steps: what is long is left between two of its parts, and taken up again. */
import type { CollectionType, MapType, StructType, Type } from '../idl/schema.ts';
import { encoderOf, type HostPorts, structFields } from './encode.ts';
import { isFlat, STOP, wireTypeOf } from './thrift-types.ts';
import type { Writer } from './writer.ts';

/** Yields between two parts. */
type EncodeSteps = Generator<void, void, void>;

/** So many elements of lists, sets and maps are written at once without anybody noticing. */
const FEW_ELEMENTS = 200;

/** Whether it takes long to write a value. */
export function isLong<T>(type: Type<T>, value: T): boolean {
  return !isFlat(type) && leftOf(FEW_ELEMENTS, type, value) < 0;
}

/** Writes what the function of `encoderOf` writes. */
export function* encodeSteps(
  type: Type<unknown>,
  writer: Writer,
  value: unknown,
  hostPorts: HostPorts,
): EncodeSteps {
  if (!isLong(type, value)) encoderOf(type, hostPorts)(writer, value);
  else if (type.kind === 'struct') yield* struct(type, writer, value as Members, hostPorts);
  else if (type.kind === 'map') yield* map(type, writer, value as Map<unknown, unknown>, hostPorts);
  else if (isCollection(type)) yield* collection(type, writer, value as Elements, hostPorts);
}

type Members = Readonly<Record<string, unknown>>;
type Elements = readonly unknown[] | ReadonlySet<unknown>;

function* struct(
  type: StructType<unknown>,
  writer: Writer,
  value: Members,
  hostPorts: HostPorts,
): EncodeSteps {
  for (const { name, id, wire, optional, type: of } of structFields(type, hostPorts)) {
    const member = value[name];
    if (member === undefined && optional) continue;
    writer.fieldHeader(wire, id);
    yield* encodeSteps(of, writer, member, hostPorts);
  }
  writer.u8(STOP);
}

function* collection(
  { element }: CollectionType<unknown>,
  writer: Writer,
  value: Elements,
  hostPorts: HostPorts,
): EncodeSteps {
  writer.u8(wireTypeOf(element));
  writer.i32(sizeOf(value));
  for (const one of value) {
    yield* encodeSteps(element, writer, one, hostPorts);
    yield;
  }
}

function* map(
  { key, value: of }: MapType<unknown>,
  writer: Writer,
  value: ReadonlyMap<unknown, unknown>,
  hostPorts: HostPorts,
): EncodeSteps {
  writer.u8(wireTypeOf(key));
  writer.u8(wireTypeOf(of));
  writer.i32(value.size);
  for (const [name, member] of value) {
    encoderOf(key, hostPorts)(writer, name);
    yield* encodeSteps(of, writer, member, hostPorts);
    yield;
  }
}

/** What is left of a number of elements when those of a value are taken away; negative as soon as there are more. */
function leftOf(left: number, type: Type<unknown>, value: unknown): number {
  if (value === undefined || isFlat(type)) return left;
  if (type.kind === 'struct') {
    for (const [name, { type: of }] of Object.entries(type.fields))
      left = leftOf(left, of, (value as Members)[name]);
    return left;
  }
  if (type.kind === 'map') return leftOfAll(left, type.value, value as ReadonlyMap<unknown, unknown>);
  return isCollection(type) ? leftOfAll(left, type.element, value as Elements) : left;
}

function leftOfAll(
  before: number,
  type: Type<unknown>,
  values: Elements | ReadonlyMap<unknown, unknown>,
): number {
  let left = before - sizeOf(values);
  if (left < 0 || isFlat(type)) return left;
  for (const value of values.values()) {
    left = leftOf(left, type, value);
    if (left < 0) break;
  }
  return left;
}

function sizeOf(values: Elements | ReadonlyMap<unknown, unknown>): number {
  return Array.isArray(values) ? values.length : (values as ReadonlySet<unknown>).size;
}

function isCollection(type: Type<unknown>): type is CollectionType<unknown> {
  return type.kind === 'list' || type.kind === 'set';
}
