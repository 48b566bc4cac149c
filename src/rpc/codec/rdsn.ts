/**
 * The native RDSN framing, which C++ clients and servers use: `message_header` of `src/rpc/rpc_message.h`, 192 bytes
 * in little-endian order, then the payload.
 */
import { Buffer } from 'node:buffer';
import type { Gpid, StructType } from '../idl/schema.ts';
import type { Addresses } from './addresses.ts';
import { crc32c } from './crc32c.ts';
import { WireError } from './errors.ts';
import { addressText, splitAddress } from './opaque.ts';
import { readPayload, writePayload } from './payload.ts';
import { REQUEST_LIMITS, Reader } from './reader.ts';
import { Writer } from './writer.ts';

/** `RDSN` as a big-endian number. */
const RDSN_MAGIC = 0x5244534e;
const HEADER_LENGTH = 192;
const NAME_LENGTH = 48;
const LENGTH_KNOWN_AT = 20;

/** Where the fields are. */
const AT = {
  headerLength: 8,
  headerCrc: 12,
  bodyLength: 16,
  bodyCrc: 20,
  id: 24,
  traceId: 32,
  name: 40,
  rpcCode: 88,
  appId: 96,
  partitionIndex: 100,
  context: 104,
  fromKind: 112,
  fromPort: 114,
  fromIp: 116,
  timeout: 120,
  threadHash: 124,
  partitionHash: 128,
  errorName: 136,
} as const;

/** Bytes of a long body that are checked in one step. */
const CRC_PIECE = 64 * 1024;

const IS_REQUEST = 0x1;
const IS_FORWARDED = 0x2;
const FORMAT_MASK = 0x3c0;
const THRIFT_BINARY = 0x40;
const IS_FORWARD_SUPPORTED = 0x400;
const IS_BACKUP_REQUEST = 0x800;

const ACK = '_ACK';

export interface RdsnHeader {
  readonly isRequest: boolean;
  readonly id: bigint;
  readonly traceId: bigint;
  /** Of the request, also in its reply. */
  readonly name: string;
  /** A number of the sender's own, which means nothing elsewhere. */
  readonly rpcCode: number;
  readonly gpid: Gpid;
  readonly isForwarded: boolean;
  readonly isForwardSupported: boolean;
  readonly isBackupRequest: boolean;
  /** A sender that does not listen has its app id, below 1024, for a port. */
  readonly fromAddress: string;
  readonly timeoutMs: number;
  readonly threadHash: number;
  readonly partitionHash: bigint;
  /** Empty in requests. */
  readonly error: string;
}

/** How long the frame is that begins at `start`, in bytes; undefined while too little has arrived. */
export function rdsnLength(bytes: Buffer, start = 0): number | undefined {
  if (bytes.length - start < LENGTH_KNOWN_AT) return undefined;
  return HEADER_LENGTH + bytes.readUInt32LE(start + AT.bodyLength);
}

/** A message's header, and a reader that stands before the payload. */
export interface RdsnMessage {
  readonly header: RdsnHeader;
  readonly body: Reader;
}

/** @throws WireError, also where a checksum is wrong */
export function readRdsn(frame: Buffer, addresses?: Addresses): RdsnMessage {
  const message = readUnchecked(frame, addresses);
  if (hasBodyCrc(frame)) checkBodyCrc(frame, crc32c(frame.subarray(HEADER_LENGTH)));
  return message;
}

/** The same in steps, where it is long. @throws WireError, also where a checksum is wrong */
export function* rdsnSteps(frame: Buffer, addresses?: Addresses): Generator<void, RdsnMessage, void> {
  const message = readUnchecked(frame, addresses);
  if (!hasBodyCrc(frame)) return message;
  let crc = 0;
  for (let at = HEADER_LENGTH; at < frame.length; at += CRC_PIECE) {
    crc = crc32c(frame.subarray(at, at + CRC_PIECE), crc);
    yield;
  }
  checkBodyCrc(frame, crc);
  return message;
}

function readUnchecked(frame: Buffer, addresses: Addresses | undefined): RdsnMessage {
  if (frame.length < HEADER_LENGTH || frame.readUInt32BE(0) !== RDSN_MAGIC) {
    throw new WireError('no RDSN header');
  }
  checkHeaderCrc(frame);
  const context = frame.readUInt32LE(AT.context);
  if ((context & FORMAT_MASK) !== THRIFT_BINARY) throw new WireError('not serialized as thrift binary');
  const isRequest = (context & IS_REQUEST) !== 0;
  const header = {
    isRequest,
    id: frame.readBigUInt64LE(AT.id),
    traceId: frame.readBigUInt64LE(AT.traceId),
    name: requestName(readName(frame, AT.name), isRequest),
    rpcCode: frame.readUInt32LE(AT.rpcCode),
    gpid: { app_id: frame.readInt32LE(AT.appId), partition_index: frame.readInt32LE(AT.partitionIndex) },
    isForwarded: (context & IS_FORWARDED) !== 0,
    isForwardSupported: (context & IS_FORWARD_SUPPORTED) !== 0,
    isBackupRequest: (context & IS_BACKUP_REQUEST) !== 0,
    fromAddress: readFromAddress(frame),
    timeoutMs: frame.readInt32LE(AT.timeout),
    threadHash: frame.readInt32LE(AT.threadHash),
    partitionHash: frame.readBigUInt64LE(AT.partitionHash),
    error: readName(frame, AT.errorName),
  };
  const limits = isRequest ? REQUEST_LIMITS : undefined;
  return { header, body: new Reader(frame, HEADER_LENGTH, addresses, frame.length, limits) };
}

/** @throws WireError */
export function readRdsnPayload<T>(body: Reader, schema: StructType<T>): T {
  return readPayload(body, schema);
}

export interface Payload<T> {
  readonly schema: StructType<T>;
  readonly value: T;
}

export interface RdsnOptions {
  /** Whether the checksums are filled in; else they are 0, which nobody checks. */
  readonly crc?: boolean;
  readonly addresses?: Addresses;
}

/** A whole message. */
export function rdsnFrame<T>(header: RdsnHeader, payload?: Payload<T>, options: RdsnOptions = {}): Buffer {
  const writer = new Writer(options.addresses);
  writeRdsn(writer, header, payload);
  const frame = writer.take();
  if (options.crc === true) fillCrc(frame);
  return frame;
}

/** @param payload absent in a reply whose error is not ERR_OK */
export function writeRdsn<T>(writer: Writer, header: RdsnHeader, payload?: Payload<T>): void {
  const at = writer.reserve(HEADER_LENGTH);
  const start = writer.length;
  if (payload !== undefined) writePayload(writer, payload.schema, payload.value, 0);
  fillHeader(writer.reserved(at, HEADER_LENGTH), header, writer.length - start, writer.addresses);
}

function fillHeader(
  frame: Buffer,
  header: RdsnHeader,
  bodyLength: number,
  addresses: Addresses | undefined,
): void {
  frame.fill(0, 0, HEADER_LENGTH);
  frame.writeUInt32BE(RDSN_MAGIC, 0);
  frame.writeUInt32LE(HEADER_LENGTH, AT.headerLength);
  frame.writeUInt32LE(bodyLength, AT.bodyLength);
  frame.writeBigUInt64LE(header.id, AT.id);
  frame.writeBigUInt64LE(header.traceId, AT.traceId);
  writeName(frame, AT.name, header.isRequest ? header.name : header.name + ACK);
  frame.writeUInt32LE(header.rpcCode, AT.rpcCode);
  frame.writeInt32LE(header.gpid.app_id, AT.appId);
  frame.writeInt32LE(header.gpid.partition_index, AT.partitionIndex);
  frame.writeUInt32LE(contextOf(header), AT.context);
  writeFromAddress(frame, addresses?.toWire(header.fromAddress) ?? header.fromAddress);
  frame.writeInt32LE(header.timeoutMs, AT.timeout);
  frame.writeInt32LE(header.threadHash, AT.threadHash);
  frame.writeBigUInt64LE(header.partitionHash, AT.partitionHash);
  writeName(frame, AT.errorName, header.error);
}

function contextOf(header: RdsnHeader): number {
  return (
    THRIFT_BINARY |
    (header.isRequest ? IS_REQUEST : 0) |
    (header.isForwarded ? IS_FORWARDED : 0) |
    (header.isForwardSupported ? IS_FORWARD_SUPPORTED : 0) |
    (header.isBackupRequest ? IS_BACKUP_REQUEST : 0)
  );
}

function requestName(name: string, isRequest: boolean): string {
  if (isRequest) return name;
  if (!name.endsWith(ACK)) throw new WireError(`a reply named ${name}`);
  return name.slice(0, -ACK.length);
}

function readName(frame: Buffer, at: number): string {
  const end = frame.indexOf(0, at);
  if (end < 0 || end >= at + NAME_LENGTH) throw new WireError('a name without an end');
  return frame.toString('latin1', at, end);
}

function writeName(frame: Buffer, at: number, name: string): void {
  if (name.length >= NAME_LENGTH) throw new WireError(`a name of ${name.length} characters`);
  frame.write(name, at, 'latin1');
}

function readFromAddress(frame: Buffer): string {
  const kind = frame.readUInt16LE(AT.fromKind) & 0b11;
  return addressText(frame.readUInt32LE(AT.fromIp), frame.readUInt16LE(AT.fromPort), kind);
}

function writeFromAddress(frame: Buffer, address: string): void {
  const { ip, port } = splitAddress(address);
  frame.writeUInt16LE(address === '' ? 0 : 1, AT.fromKind);
  frame.writeUInt16LE(port, AT.fromPort);
  frame.writeInt32LE(ip, AT.fromIp);
}

/** A checksum of 0 was not made. That of the header is over the header with itself as 0. */
function checkHeaderCrc(frame: Buffer): void {
  const crc = frame.readUInt32LE(AT.headerCrc);
  if (crc !== 0 && crc !== crcOfHeader(frame)) throw new WireError('the checksum of the header is wrong');
}

function hasBodyCrc(frame: Buffer): boolean {
  return frame.readUInt32LE(AT.bodyCrc) !== 0;
}

function checkBodyCrc(frame: Buffer, crc: number): void {
  if (frame.readUInt32LE(AT.bodyCrc) !== crc) throw new WireError('the checksum of the body is wrong');
}

function crcOfHeader(frame: Buffer): number {
  const header = Buffer.from(frame.subarray(0, HEADER_LENGTH));
  header.writeUInt32LE(0, AT.headerCrc);
  return crc32c(header);
}

function fillCrc(frame: Buffer): void {
  frame.writeUInt32LE(crc32c(frame.subarray(HEADER_LENGTH)), AT.bodyCrc);
  frame.writeUInt32LE(crcOfHeader(frame), AT.headerCrc);
}
