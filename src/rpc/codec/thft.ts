/**
 * The THFT framing, which clients in Go, Java, Python and Node use: `src/rpc/thrift_message_parser.cpp`.
 *
 * A request is a header of version 0 (fixed) or 1 (a struct), and a thrift message. A reply is its length, an error
 * name, and a thrift message without a body where the error is not ERR_OK.
 */
import type { Buffer } from 'node:buffer';
import type { Gpid, StructType } from '../idl/schema.ts';
import { big64, bool, i32, opt, struct } from '../idl/schema.ts';
import { decoderOf } from './decode.ts';
import type { HostPorts } from './encode.ts';
import { WireError } from './errors.ts';
import { writePayload } from './payload.ts';
import type { Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** `THFT` as a big-endian number. */
export const THFT_MAGIC = 0x54484654;
export const HEADER_LENGTH_V0 = 48;
const HEADER_LENGTH_V1 = 16;
const LENGTHS_KNOWN_AT = 20;

/** A strict version, and the kind of message. */
export const MESSAGE_CALL = 0x80010001;
export const MESSAGE_REPLY = 0x80010002;
const MESSAGE_ONEWAY = 0x80010004;

export const ACK = '_ACK';

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
export const RequestMeta = struct('thrift_request_meta_v1', () => ({
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

/**
 * A request's header.
 *
 * @param reader of the whole frame; stands before the arguments then
 * @throws WireError
 */
export function readThftHeader(reader: Reader): ThftRequestHeader {
  if (reader.u32() !== THFT_MAGIC) throw new WireError('no THFT header');
  return reader.u32() === 0 ? readHeaderV0(reader) : readHeaderV1(reader);
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

/** The names of a reply's message and of what it answers. */
export interface ThftReplyHeader {
  /** Of the request. */
  readonly name: string;
  readonly sequence: number;
  readonly error: string;
}

let recent: Omit<ThftReplyHeader, 'sequence'> & { readonly bytes: Uint8Array } = {
  name: '',
  error: '',
  bytes: new Uint8Array(),
};

/** What a reply begins with, up to its sequence: most are called as the one before, and end as it did. */
function beginningOf({ name, error }: ThftReplyHeader): Uint8Array {
  if (recent.name === name && recent.error === error) return recent.bytes;
  const writer = new Writer();
  writer.text(error);
  writer.i32(MESSAGE_REPLY);
  writer.text(name + ACK);
  recent = { name, error, bytes: writer.take() };
  return recent.bytes;
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
  writer.raw(beginningOf(header));
  writer.i32(header.sequence);
  if (result !== undefined) writePayload(writer, result.schema, result.value, 0, hostPorts);
  writer.fill(gap, writer.length - start);
}
