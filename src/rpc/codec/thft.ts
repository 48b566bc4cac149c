/**
 * The THFT framing, which clients in Go, Java, Python and Node use: `src/rpc/thrift_message_parser.cpp`.
 *
 * A request is a header of version 0 (fixed) or 1 (a struct), and a thrift message. A reply is its length, an error
 * name, and a thrift message without a body where the error is not ERR_OK.
 */
import type { Buffer } from 'node:buffer';
import type { Gpid, StructType } from '../idl/schema.ts';
import { big64, bool, i32, opt, struct } from '../idl/schema.ts';
import type { Addresses } from './addresses.ts';
import { decoderOf } from './decode.ts';
import { encoderOf, type HostPorts } from './encode.ts';
import { WireError } from './errors.ts';
import { readPayload, writePayload } from './payload.ts';
import { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

/** `THFT` as a big-endian number. */
export const THFT_MAGIC = 0x54484654;
const HEADER_LENGTH_V0 = 48;
const HEADER_LENGTH_V1 = 16;
const LENGTHS_KNOWN_AT = 20;

/** A strict version, and the kind of message. */
const MESSAGE_CALL = 0x80010001;
const MESSAGE_REPLY = 0x80010002;
const MESSAGE_ONEWAY = 0x80010004;

const ACK = '_ACK';

export interface ThftRequestHeader {
  readonly version: 0 | 1;
  readonly name: string;
  readonly sequence: number;
  readonly gpid: Gpid;
  /** Milliseconds. Go's clients send it truncated, Node's send 0: nothing may depend on it. */
  readonly timeoutMs: number;
  readonly threadHash: number;
  readonly partitionHash: bigint;
  /** Whether a secondary may answer. Only version 1 can say so. */
  readonly isBackupRequest: boolean;
}

/** The header of version 1. */
const RequestMeta = struct('thrift_request_meta_v1', () => ({
  app_id: opt(1, i32),
  partition_index: opt(2, i32),
  client_timeout: opt(3, i32),
  client_partition_hash: opt(4, big64),
  is_backup_request: opt(5, bool),
}));

/** @throws WireError for a version that does not exist, and for lengths that cannot be */
export function thftRequestLength(bytes: Buffer, start = 0): number | undefined {
  if (bytes.length - start < LENGTHS_KNOWN_AT) return undefined;
  const version = bytes.readUInt32BE(start + 4);
  if (version === 0) {
    if (bytes.readUInt32BE(start + 8) !== HEADER_LENGTH_V0)
      throw new WireError('a THFT header of a wrong length');
    return HEADER_LENGTH_V0 + bytes.readUInt32BE(start + 16);
  }
  if (version === 1) return HEADER_LENGTH_V1 + bytes.readUInt32BE(start + 8) + bytes.readUInt32BE(start + 12);
  throw new WireError(`THFT version ${version}`);
}

/** A request's header; the reader stands before the arguments. @throws WireError */
export function readThftRequest(
  frame: Buffer,
  addresses?: Addresses,
): { header: ThftRequestHeader; body: Reader } {
  const reader = new Reader(frame, 0, addresses);
  if (reader.u32() !== THFT_MAGIC) throw new WireError('no THFT header');
  const header = reader.u32() === 0 ? readHeaderV0(reader) : readHeaderV1(reader);
  return { header, body: reader };
}

function readHeaderV0(reader: Reader): ThftRequestHeader {
  reader.skip(16);
  return {
    version: 0,
    gpid: { app_id: reader.i32(), partition_index: reader.i32() },
    timeoutMs: reader.i32(),
    threadHash: reader.i32(),
    partitionHash: reader.unsigned64(),
    isBackupRequest: false,
    name: readCall(reader),
    sequence: reader.i32(),
  };
}

/** @returns the name of what is called */
function readCall(reader: Reader): string {
  const kind = reader.u32();
  if (kind !== MESSAGE_CALL && kind !== MESSAGE_ONEWAY) throw new WireError('no thrift call');
  return reader.text();
}

function readHeaderV1(reader: Reader): ThftRequestHeader {
  reader.skip(8);
  const meta = decoderOf(RequestMeta)(reader);
  const gpid = { app_id: meta.app_id ?? 0, partition_index: meta.partition_index ?? 0 };
  return {
    version: 1,
    gpid,
    timeoutMs: meta.client_timeout ?? 0,
    threadHash: threadHashOf(gpid),
    partitionHash: BigInt.asUintN(64, meta.client_partition_hash ?? 0n),
    isBackupRequest: meta.is_backup_request ?? false,
    name: readCall(reader),
    sequence: reader.i32(),
  };
}

/** Upstream's spread of partitions over threads. */
export function threadHashOf({ app_id, partition_index }: Gpid): number {
  return (Math.imul(app_id, 7919) + partition_index) | 0;
}

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

/** The names of a reply's message and of what it answers. */
export interface ThftReplyHeader {
  /** Of the request. */
  readonly name: string;
  readonly sequence: number;
  readonly error: string;
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

/** @param result absent where the error is not ERR_OK */
export function writeThftReply<R>(
  writer: Writer,
  header: ThftReplyHeader,
  result?: { readonly schema: StructType<R>; readonly value: R },
  hostPorts: HostPorts = 'without-host-ports',
): void {
  const start = writer.length;
  const gap = writer.reserve(4);
  writer.text(header.error);
  writer.i32(MESSAGE_REPLY);
  writer.text(header.name + ACK);
  writer.i32(header.sequence);
  if (result !== undefined) writePayload(writer, result.schema, result.value, 0, hostPorts);
  writer.fill(gap, writer.length - start);
}
