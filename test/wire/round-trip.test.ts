import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sizeOfWrite, WRITE_REQUESTS, type WriteCode } from '../../src/engine/replica/data/updates.ts';
import { allOf } from '../../src/engine/steps.ts';
import { decoderOf } from '../../src/rpc/codec/decode.ts';
import { decodeSteps } from '../../src/rpc/codec/decode-steps.ts';
import { encoderOf } from '../../src/rpc/codec/encode.ts';
import { encodeSteps } from '../../src/rpc/codec/encode-steps.ts';
import { WireError } from '../../src/rpc/codec/errors.ts';
import { writePayload } from '../../src/rpc/codec/payload.ts';
import { Reader } from '../../src/rpc/codec/reader.ts';
import { Writer } from '../../src/rpc/codec/writer.ts';
import { NoReply } from '../../src/rpc/idl/arguments.ts';
import { checkValue } from '../../src/rpc/idl/check.ts';
import { ERROR_CODES } from '../../src/rpc/idl/errors.ts';
import type { PrimitiveKind, StructType, Type } from '../../src/rpc/idl/schema.ts';
import { allStructs } from './support/fixtures.ts';

const ipv4 = fc
  .tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 65535 }))
  .map(([ip, port]) => `${[24, 16, 8, 0].map((shift) => (ip >>> shift) & 255).join('.')}:${port}`);

const PRIMITIVES: Readonly<Record<PrimitiveKind, fc.Arbitrary<unknown>>> = {
  bool: fc.boolean(),
  i8: fc.integer({ min: -128, max: 127 }),
  i16: fc.integer({ min: -32768, max: 32767 }),
  i32: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  i64: fc.maxSafeInteger(),
  big64: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  double: fc.double({ noNaN: true }),
  string: fc.string({ unit: 'grapheme' }),
  server_text: fc.string({ unit: 'grapheme' }),
  blob: fc.uint8Array({ maxLength: 80 }),
  error_code: fc.constantFrom(...ERROR_CODES),
  task_code: fc.string(),
  gpid: fc.record({
    app_id: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    partition_index: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
  }),
  rpc_address: fc.oneof(fc.constant(''), ipv4),
  host_port: fc.oneof(fc.constant(''), ipv4),
};

const RUNS = 10;

/** Any value that a schema allows. */
function anyOf(type: Type<unknown>): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'struct':
      return anyStruct(type);
    case 'enum':
      return fc.constantFrom(...Object.keys(type.numbers));
    case 'list':
      return fc.array(anyOf(type.element), { maxLength: 3 });
    case 'set':
      return fc.array(anyOf(type.element), { maxLength: 3 }).map((elements) => new Set(elements));
    case 'map':
      return fc
        .array(fc.tuple(anyOf(type.key), anyOf(type.value)), { maxLength: 3 })
        .map((entries) => new Map(entries));
    default:
      return PRIMITIVES[type.kind];
  }
}

function anyStruct(type: StructType<unknown>): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(
    Object.entries(type.fields).map(([name, field]) => [name, anyOf(field.type)]),
  );
  const requiredKeys = Object.keys(type.fields).filter((name) => !type.fields[name]!.optional);
  return fc.record(fields, { requiredKeys, noNullPrototype: true });
}

/** A value like another, of which every list has so many elements that it takes long to write, if it has any. */
function stretched(type: Type<unknown>, value: unknown): unknown {
  if (value === undefined) return undefined;
  if (type.kind === 'list') {
    const elements = (value as unknown[]).map((element) => stretched(type.element, element));
    return elements.length === 0
      ? elements
      : Array.from({ length: 201 }, (_, at) => elements[at % elements.length]);
  }
  if (type.kind !== 'struct') return value;
  const members = Object.entries(value as object).map(([name, member]) => [
    name,
    stretched(type.fields[name]!.type, member),
  ]);
  return Object.fromEntries(members);
}

function encodedInSteps(type: Type<unknown>, value: unknown): Buffer {
  const writer = new Writer();
  for (const _ of encodeSteps(type, writer, value, 'with-host-ports'));
  return writer.take();
}

function encoded(type: Type<unknown>, value: unknown): Buffer {
  const writer = new Writer();
  encoderOf(type)(writer, value);
  return writer.take();
}

/** The value, or what is wrong with the bytes. */
function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    return (error as WireError).message;
  }
}

const structs = allStructs().map((struct) => [struct.name, struct] as const);

// Nobody sends an empty write.
const writes = Object.entries(WRITE_REQUESTS).filter(([, { name }]) => name !== NoReply.name);

test.each(writes)('a write is as long as it is measured: %s', (code, struct) => {
  fc.assert(
    fc.property(anyStruct(struct), (request) => {
      const writer = new Writer();
      writePayload(writer, struct as StructType<unknown>, request, 1);
      expect(sizeOfWrite(code as WriteCode, request)).toBe(writer.length);
    }),
    { numRuns: RUNS },
  );
});

describe('every struct', () => {
  test('is there', () => {
    expect(structs.length).toBeGreaterThan(150);
  });

  test.each(structs)('%s comes back as it was', (_, struct) => {
    fc.assert(
      fc.property(anyStruct(struct), (value) => {
        const reader = new Reader(encoded(struct, value));
        const back = decoderOf(struct)(reader);
        expect(back).toEqual(value);
        expect(reader.remaining).toBe(0);
        checkValue(struct, back, struct.name);
        expect(allOf(decodeSteps(struct, new Reader(encoded(struct, value))))).toEqual(value);
        const long = stretched(struct, value);
        expect(encodedInSteps(struct, long).equals(encoded(struct, long))).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  test.each(structs)('%s, cut off or damaged, is a WireError or some value', (_, struct) => {
    fc.assert(
      fc.property(anyStruct(struct), fc.nat(), fc.nat(255), (value, place, byte) => {
        const bytes = encoded(struct, value);
        expect(() => decoderOf(struct)(new Reader(bytes.subarray(0, -1)))).toThrow(WireError);
        bytes[place % bytes.length] = byte;
        const atOnce = outcomeOf(() => decoderOf(struct)(new Reader(bytes)));
        expect(outcomeOf(() => allOf(decodeSteps(struct, new Reader(bytes))))).toEqual(atOnce);
      }),
      { numRuns: RUNS },
    );
  });
});
