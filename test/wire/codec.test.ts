import { describe, expect, test } from 'vitest';
import { allOf } from '../../src/engine/steps.ts';
import { decoderOf } from '../../src/rpc/codec/decode.ts';
import { encoderOf } from '../../src/rpc/codec/encode.ts';
import { asBytes, Frames } from '../../src/rpc/codec/frames.ts';
import { rdsnSteps, readRdsn } from '../../src/rpc/codec/rdsn.ts';
import { REQUEST_LIMITS, Reader } from '../../src/rpc/codec/reader.ts';
import { thftRequestLength } from '../../src/rpc/codec/thft.ts';
import { Writer } from '../../src/rpc/codec/writer.ts';
import { QueryCfgRequest } from '../../src/rpc/idl/layer2.ts';
import {
  big64,
  blob,
  bool,
  enumeration,
  errorCode,
  i32,
  i64,
  list,
  map,
  opt,
  req,
  string,
  struct,
  type Type,
} from '../../src/rpc/idl/schema.ts';
import { vectors } from './support/fixtures.ts';

function bytesOf<T>(type: Type<T>, value: T): Buffer {
  const writer = new Writer();
  encoderOf(type)(writer, value);
  return writer.take();
}

const decode = <T>(type: Type<T>, bytes: Uint8Array): T => decoderOf(type)(new Reader(bytes));
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const Level = enumeration('level', { low: 100, high: 200 });
const Color = enumeration('color', { red: 0, green: 1 });
const Old = struct('thing', () => ({ id: req(1, i32) }));
const New = struct('thing', () => ({
  id: req(1, i32),
  names: opt(2, list(string)),
  table: opt(3, map(string, Old)),
  inner: opt(4, Old),
}));

describe('fields', () => {
  test('that the schema lacks are skipped, whatever their type', () => {
    const value = { id: 7, names: ['a', 'b'], table: new Map([['k', { id: 1 }]]), inner: { id: 2 } };
    expect(decode(Old, bytesOf(New, value))).toEqual({ id: 7 });
  });

  test('of another type than declared are skipped', () => {
    const Other = struct('thing', () => ({ id: req(1, string), names: opt(2, i32) }));
    expect(decode(New, bytesOf(Other, { id: 'x', names: 1 }))).toEqual({ id: 0 });
  });

  test('that are missing are what C++ reads: zero, or what the IDL says', () => {
    expect(decode(QueryCfgRequest, hex('00'))).toEqual({ app_name: '', partition_indices: [] });
    expect(
      decode(
        struct('s', () => ({ color: req(1, Color), count: req(2, i32, -1) })),
        hex('00'),
      ),
    ).toEqual({
      color: 'red',
      count: -1,
    });
  });

  test('that are missing and have no zero are an error', () => {
    for (const type of [errorCode, Old, Level] as Type<unknown>[]) {
      const schema = struct('holder', () => ({ member: req(1, type) }));
      expect(() => decode(schema, hex('00'))).toThrow('holder without member');
    }
  });

  test('hold numbers that an enum has no name for', () => {
    const schema = struct('s', () => ({ level: req(1, Level) }));
    const bytes = hex('08 0001 0000012c 00');
    const value = decode(schema, bytes);
    expect(value).toEqual({ level: '300' });
    expect(bytesOf(schema, value)).toEqual(bytes);
  });
});

describe('64-bit integers', () => {
  test('are exact', () => {
    for (const value of [0, -1, 2 ** 53 - 1, -(2 ** 53) + 1, 2 ** 32, -(2 ** 32), 4_294_967_295]) {
      expect(decode(i64, bytesOf(i64, value))).toBe(value);
    }
    for (const value of [2n ** 63n - 1n, -(2n ** 63n), -1n]) {
      expect(decode(big64, bytesOf(big64, value))).toBe(value);
    }
  });

  test('are whole wherever the buffer that they are written into has to grow', () => {
    for (let before = 0; before <= 600; before++) {
      const written = bytesOf(
        struct('s', () => ({ before: req(1, blob), number: req(2, big64) })),
        {
          before: new Uint8Array(before),
          number: -2n,
        },
      );
      expect(written.subarray(-9).toString('hex')).toBe('fffffffffffffffe00');
    }
  });

  test('are an error where a number would not be', () => {
    expect(() => decode(i64, bytesOf(big64, 2n ** 53n))).toThrow('beyond 2^53');
  });
});

test('texts that are no UTF-8 come back byte for byte', () => {
  const bytes = hex('00000006 61 ff c3a9 80 62');
  const text = decode(string, bytes);
  expect(text).toBe('a\udcffé\udc80b');
  expect(bytesOf(string, text)).toEqual(bytes);
  expect(decode(string, bytesOf(string, 'héllo \u{1f600} \ufffd'))).toBe('héllo \u{1f600} \ufffd');
});

describe('lengths and nesting', () => {
  test('cannot promise more than there is', () => {
    expect(() => decode(list(i64), hex('0a 7fffffff'))).toThrow('a length of 2147483647');
    expect(() => decode(list(i64), hex('0a ffffffff'))).toThrow('a length of -1');
    expect(() => decode(string, hex('00000005 6162'))).toThrow('a length of 5');
    expect(() => decode(map(string, string), hex('0b 0b 00000003 00000000'))).toThrow('a length of 3');
  });

  test('are limited where there is as much', () => {
    const much = Buffer.concat([hex('02 00040001'), Buffer.alloc(0x40001)]);
    expect(() => decode(list(bool), much)).toThrow('262145 elements, of which there may be 262144');
  });

  test('fields cannot stand again and again', () => {
    const often = Buffer.concat([Buffer.alloc(7 * 200, hex('08 0001 00000007')), hex('00')]);
    expect(() => decode(Old, often)).toThrow('a struct of more than 128 fields');
  });

  test('of what a request holds are limited', () => {
    const read = <T>(type: Type<T>, bytes: Buffer) =>
      decoderOf(type)(new Reader(bytes, 0, undefined, bytes.length, REQUEST_LIMITS));
    const long = bytesOf(string, 'a'.repeat(REQUEST_LIMITS.text + 1));
    expect(() => read(string, long)).toThrow(
      `a text of ${REQUEST_LIMITS.text + 1} bytes, of which there may be ${REQUEST_LIMITS.text}`,
    );
    expect(decode(string, long)).toHaveLength(REQUEST_LIMITS.text + 1);
    const flags = Array<boolean>(REQUEST_LIMITS.strangers).fill(true);
    const Unknown = struct('thing', () => ({ id: req(1, i32), flags: req(9, list(bool)) }));
    const unknown = bytesOf(Unknown, { id: 7, flags });
    expect(() => read(Old, unknown)).toThrow(`more than ${REQUEST_LIMITS.strangers} unknown values`);
    expect(decode(Old, unknown)).toEqual({ id: 7 });
  });

  test('elements must be of the declared type', () => {
    expect(() => decode(list(i32), hex('0b 00000001 00000000'))).toThrow('elements of type 11');
  });

  test('of what is skipped are limited', () => {
    const deep = Buffer.concat([hex('0c 0009'), Buffer.alloc(30_000, hex('0c 0001'))]);
    expect(() => decode(Old, deep)).toThrow('nested deeper than 64');
    expect(() => decode(Old, hex('01 0009 00'))).toThrow('unknown type 1');
  });
});

test('long bytes are sent as they are, between the others', () => {
  const writer = new Writer();
  const long = Buffer.alloc(100_000, 'l');
  const gap = writer.reserve(4);
  writer.bytes(long);
  writer.bytes(Buffer.from('short'));
  writer.raw(long);
  writer.fill(gap, writer.length);
  const parts = writer.takeParts();
  expect(parts.map(({ length }) => length)).toEqual([8, 100_000, 9, 100_000]);
  expect(parts[1]).toBe(long);
  expect(parts[3]).toBe(long);
  expect(Buffer.concat(parts).readUInt32BE(0)).toBe(200_017);
  expect(writer.takeParts()).toEqual([]);

  writer.bytes(long);
  writer.i32(7);
  expect(writer.take()).toEqual(Buffer.concat([hex('000186a0'), long, hex('00000007')]));
});

describe('frames', () => {
  const requests = vectors.requests.map(({ header_hex, body_hex }) => hex(header_hex + body_hex));

  test('are cut the same from one chunk, from single bytes, and from halves', () => {
    const stream = Buffer.concat(requests);
    for (const size of [1, 7, 100, stream.length]) {
      const frames = new Frames(thftRequestLength, 1 << 20, asBytes);
      const found: Buffer[] = [];
      for (let at = 0; at < stream.length; at += size) {
        found.push(...frames.push(stream.subarray(at, at + size)).map((frame) => Buffer.from(frame)));
      }
      expect(found).toEqual(requests);
      expect(frames.isWaiting).toBe(false);
    }
  });

  test('over the limit are refused as soon as their length is known', () => {
    const frames = new Frames(thftRequestLength, 1000, asBytes);
    const header = Buffer.from(requests[0]!.subarray(0, 20));
    header.writeUInt32BE(2_000_000_000, 16);
    expect(() => frames.push(header)).toThrow('a frame of 2000000048 bytes, over the limit of 1000');
  });

  test('with a header that cannot be are refused', () => {
    const version = hex(`54484654 00000002 ${'00'.repeat(12)}`);
    expect(() => new Frames(thftRequestLength, 1000, asBytes).push(version)).toThrow('THFT version 2');
    const length = hex(`54484654 00000000 00000031 ${'00'.repeat(8)}`);
    expect(() => new Frames(thftRequestLength, 1000, asBytes).push(length)).toThrow('wrong length');
  });

  test('with a wrong checksum are refused', () => {
    const { header_hex, body_hex } = vectors.rdsn_messages.messages.find(({ crc }) => crc)!;
    const frame = hex(header_hex + body_hex);
    expect(readRdsn(frame).header.name).toBe('RPC_CM_QUERY_PARTITION_CONFIG_BY_INDEX');
    expect(allOf(rdsnSteps(frame)).header).toEqual(readRdsn(frame).header);
    for (const [place, what] of [
      [130, 'header'],
      [200, 'body'],
    ] as const) {
      const damaged = Buffer.from(frame);
      damaged[place]! ^= 1;
      const reason = `the checksum of the ${what} is wrong`;
      expect(() => readRdsn(damaged)).toThrow(reason);
      expect(() => allOf(rdsnSteps(damaged))).toThrow(reason);
    }
  });
});
