import { describe, expect, test } from 'vitest';
import { crc32c } from '../../src/rpc/codec/crc32c.ts';
import { decoderOf } from '../../src/rpc/codec/decode.ts';
import { encoderOf } from '../../src/rpc/codec/encode.ts';
import { readPayload, writePayload } from '../../src/rpc/codec/payload.ts';
import { Reader } from '../../src/rpc/codec/reader.ts';
import { threadHashOf } from '../../src/rpc/codec/thft.ts';
import { Writer } from '../../src/rpc/codec/writer.ts';
import { crc64 } from '../../src/rpc/idl/crc64.ts';
import { encodeKey, keyAfterPrefix } from '../../src/rpc/idl/keys.ts';
import { QueryCfgResponse } from '../../src/rpc/idl/layer2.ts';
import { blob, errorCode, gpid, hostPort, rpcAddress, type Type } from '../../src/rpc/idl/schema.ts';
import { methodOf, vectors } from './support/fixtures.ts';
import { plainOf } from './support/plain.ts';
import { rewriteRdsn, rewriteThftReply, rewriteThftRequest } from './support/rewrite.ts';

const bytesOf = (hex: string): Buffer => Buffer.from(hex, 'hex');

describe('THFT', () => {
  test.each(vectors.requests.map((vector) => [vector.name, vector] as const))('request: %s', (_, vector) => {
    const frame = bytesOf(vector.header_hex + vector.body_hex);
    const { header, bytes } = rewriteThftRequest(frame);
    expect(header).toEqual({
      version: 0,
      name: vector.rpc,
      sequence: vector.seq_id,
      gpid: { app_id: vector.app_id, partition_index: vector.partition_index },
      timeoutMs: vector.client_timeout_ms,
      threadHash: vector.thread_hash,
      partitionHash: BigInt(`0x${vector.partition_hash_hex}`),
      isBackupRequest: false,
    });
    expect(bytes.toString('hex')).toBe(frame.toString('hex'));
  });

  test.each(vectors.responses.map((vector) => [vector.name, vector] as const))('reply: %s', (_, vector) => {
    const { header, bytes } = rewriteThftReply(bytesOf(vector.frame_hex));
    expect(header).toEqual({
      name: vector.rpc.replace(/_ACK$/, ''),
      sequence: vector.seq_id,
      error: vector.error,
    });
    expect(bytes.toString('hex')).toBe(vector.frame_hex);
  });

  test('first requests of the Java, Python and Node clients', () => {
    const [java, python, node] = vectors.captured_from_real_clients.map(({ frame_hex }) =>
      bytesOf(frame_hex),
    );
    for (const frame of [java!, python!]) {
      expect(rewriteThftRequest(frame).bytes.toString('hex')).toBe(frame.toString('hex'));
    }
    // Node leaves out what it has nothing to say in; a missing list is an empty one.
    expect(rewriteThftRequest(node!).value).toEqual({ app_name: 'temp', partition_indices: [] });
  });

  test('negotiation', () => {
    const header = '54484654000000000000003000000000';
    const body = vectors.negotiation.request_body_hex;
    const length = (body.length / 2).toString(16).padStart(8, '0');
    const frame = bytesOf(header + length + '0'.repeat(56) + body);
    expect(rewriteThftRequest(frame).value).toEqual({
      status: 'SASL_LIST_MECHANISMS',
      msg: new Uint8Array(0),
    });
    const reply = vectors.negotiation.reply_frame_hex;
    expect(rewriteThftReply(bytesOf(reply)).bytes.toString('hex')).toBe(reply);
  });

  test.each(vectors.captured_thft.exchanges.map((vector) => [vector.name, vector] as const))(
    'captured: %s',
    (_, { request, reply }) => {
      const sent = rewriteThftRequest(bytesOf(request.frame_hex));
      expect(sent.bytes.toString('hex')).toBe(request.frame_hex);
      const method = methodOf(sent.header.name as string);
      expect(plainOf(method.request, sent.value)).toEqual(request.body);
      const answered = rewriteThftReply(bytesOf(reply.frame_hex));
      expect(answered.bytes.toString('hex')).toBe(reply.frame_hex);
      expect(plainOf(method.response, answered.value)).toEqual(reply.body);
    },
  );
});

describe('RDSN', () => {
  test.each(vectors.rdsn_messages.messages.map((vector) => [vector.name, vector] as const))(
    '%s',
    (_, { header_hex, body_hex, crc }) => {
      expect(rewriteRdsn(bytesOf(header_hex + body_hex), { crc }).bytes.toString('hex')).toBe(
        header_hex + body_hex,
      );
    },
  );

  test.each(vectors.captured_rdsn.exchanges.map((vector) => [vector.name, vector] as const))(
    'captured: %s',
    (_, { request, reply }) => {
      const sent = rewriteRdsn(bytesOf(request.frame_hex));
      expect(sent.bytes.toString('hex')).toBe(request.frame_hex);
      const method = methodOf(sent.header.name as string);
      expect(plainOf(method.request, sent.value)).toEqual(request.body);
      const answered = rewriteRdsn(bytesOf(reply.frame_hex));
      expect(answered.bytes.toString('hex')).toBe(reply.frame_hex);
      expect(plainOf(method.response, answered.value)).toEqual(reply.body);
    },
  );
});

describe('single values', () => {
  const check = <T>(type: Type<T>, value: T, hex: string): void => {
    const writer = new Writer();
    encoderOf(type)(writer, value);
    expect(writer.take().toString('hex')).toBe(hex);
    expect(decoderOf(type)(new Reader(bytesOf(hex)))).toEqual(value);
  };

  test('gpid', () => {
    for (const { app_id, partition_index, thread_hash, wire_hex } of vectors.gpid) {
      const value = { app_id, partition_index };
      expect(threadHashOf(value)).toBe(thread_hash);
      // Go adds the halves, which only shows with -1; C++ and Java put them side by side.
      check(gpid, value, app_id < 0 ? 'ffffffffffffffff' : wire_hex);
    }
  });

  test('rpc_address, host_port, error_code, blob', () => {
    const known = (text: string): string => (text.startsWith('invalid') ? '' : text);
    for (const { address, wire_hex } of vectors.rpc_address) check(rpcAddress, known(address), wire_hex);
    for (const { host_port, wire_hex } of vectors.host_port) check(hostPort, known(host_port), wire_hex);
    for (const { name, wire_hex } of vectors.error_code) check(errorCode, name, wire_hex);
    for (const { data_hex, wire_hex } of vectors.blob)
      check(blob, new Uint8Array(bytesOf(data_hex)), wire_hex);
  });

  test('checksums and keys', () => {
    for (const { input_hex, crc64_hex } of vectors.crc64) {
      expect(crc64(bytesOf(input_hex)).toString(16).padStart(16, '0')).toBe(crc64_hex);
    }
    for (const { input_text, crc32c_hex } of vectors.crc32c) {
      expect(crc32c(Buffer.from(input_text)).toString(16).padStart(8, '0')).toBe(crc32c_hex);
    }
    for (const { hash_key_hex, sort_key_hex, key_hex, next_key_hex } of vectors.keys) {
      const key = encodeKey(bytesOf(hash_key_hex), bytesOf(sort_key_hex));
      expect(Buffer.from(key).toString('hex')).toBe(key_hex);
      // Go stops at the length of the hash key, where C++ goes on.
      if (next_key_hex.length > 4)
        expect(Buffer.from(keyAfterPrefix(key)).toString('hex')).toBe(next_key_hex);
    }
  });
});

test('what clients of 2022 break on is left out for them', () => {
  const { with_hp_hex, without_hp_hex } = vectors.hp_fields_compat;
  const value = readPayload(new Reader(bytesOf(with_hp_hex)), QueryCfgResponse);
  for (const [mode, hex] of [
    ['with-host-ports', with_hp_hex],
    ['without-host-ports', without_hp_hex],
  ] as const) {
    const writer = new Writer();
    writePayload(writer, QueryCfgResponse, value, 0, mode);
    expect(writer.take().toString('hex')).toBe(hex);
  }
});
