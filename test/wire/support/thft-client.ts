/** THFT as its clients speak it: requests as they write them, replies as they read them. */
import type { Buffer } from 'node:buffer';
import { encoderOf } from '../../../src/rpc/codec/encode.ts';
import { WireError } from '../../../src/rpc/codec/errors.ts';
import { readPayload, writePayload } from '../../../src/rpc/codec/payload.ts';
import { Reader } from '../../../src/rpc/codec/reader.ts';
import {
  ACK,
  HEADER_LENGTH_V0,
  MESSAGE_CALL,
  MESSAGE_REPLY,
  RequestMeta,
  THFT_MAGIC,
  type ThftReplyHeader,
  type ThftRequestHeader,
} from '../../../src/rpc/codec/thft.ts';
import type { Writer } from '../../../src/rpc/codec/writer.ts';
import type { StructType } from '../../../src/rpc/idl/schema.ts';

export function writeThftRequest<Q>(
  writer: Writer,
  header: ThftRequestHeader,
  schema: StructType<Q>,
  request: Q,
): void {
  writer.i32(THFT_MAGIC);
  writer.i32(header.version);
  const fillLengths = header.version === 0 ? writeRouteV0(writer, header) : writeRouteV1(writer, header);
  const start = writer.length;
  writer.i32(MESSAGE_CALL);
  writer.text(header.name);
  writer.i32(header.sequence);
  writePayload(writer, schema, request, 1);
  fillLengths(writer.length - start);
}

function writeRouteV0(writer: Writer, header: ThftRequestHeader): (bodyLength: number) => void {
  writer.i32(HEADER_LENGTH_V0);
  writer.i32(0);
  const gap = writer.reserve(4);
  writer.i32(0);
  writer.i32(header.gpid.app_id);
  writer.i32(header.gpid.partition_index);
  writer.i32(header.timeoutMs);
  writer.i32(header.threadHash);
  writer.big64(BigInt.asIntN(64, header.partitionHash));
  return (bodyLength) => writer.fill(gap, bodyLength);
}

function writeRouteV1(writer: Writer, header: ThftRequestHeader): (bodyLength: number) => void {
  const metaGap = writer.reserve(4);
  const bodyGap = writer.reserve(4);
  const start = writer.length;
  encoderOf(RequestMeta)(writer, {
    app_id: header.gpid.app_id,
    partition_index: header.gpid.partition_index,
    client_timeout: header.timeoutMs,
    client_partition_hash: BigInt.asIntN(64, header.partitionHash),
    is_backup_request: header.isBackupRequest,
  });
  writer.fill(metaGap, writer.length - start);
  return (bodyLength) => writer.fill(bodyGap, bodyLength);
}

export function thftReplyLength(bytes: Buffer, start = 0): number | undefined {
  return bytes.length - start < 4 ? undefined : bytes.readUInt32BE(start);
}

/** A reply's header; the reader stands before the result, which is there when the error is ERR_OK. @throws WireError */
export function readThftReply(frame: Buffer): { header: ThftReplyHeader; body: Reader } {
  const reader = new Reader(frame, 4);
  const error = reader.text();
  if (reader.u32() !== MESSAGE_REPLY) throw new WireError('no thrift reply');
  const ack = reader.text();
  if (!ack.endsWith(ACK)) throw new WireError(`a reply named ${ack}`);
  return { header: { error, name: ack.slice(0, -ACK.length), sequence: reader.i32() }, body: reader };
}

/** The result of a reply whose error is ERR_OK. @throws WireError */
export function readThftResult<R>(body: Reader, schema: StructType<R>): R {
  return readPayload(body, schema);
}
