/**
 * The files of a replica's private log, as replica servers write them: blocks, each with the checksum of all before
 * it, of mutations; the first holds what is said of the file (`src/replica/log_file.cpp`, `log_block.h`,
 * `mutation.cpp`, `mutation_log_replay.cpp`). Numbers are little-endian, other than on the wire.
 */
import { checkAndSet, incr, multiPut, multiRemove, put, remove } from '../idl/methods.ts';
import type { LoggedMutation, LoggedUpdate } from '../idl/mutation-log.ts';
import type { StructType } from '../idl/schema.ts';
import { crc32c } from './crc32c.ts';
import { WireError } from './errors.ts';
import { LittleEndianReader } from './little-endian-reader.ts';
import { readPayload } from './payload.ts';
import { Reader } from './reader.ts';

const MAGIC = 0xdeadbeef;
const BLOCK_HEADER_BYTES = 16;
/** Of the record about one replica in the header of a file: its gpid, its greatest decree, an offset. */
const REPLICA_BYTES = 24;
const ISSET_BYTES = 8;
/** Mutations of before timestamps have the address of a C++ object here. */
const LEAST_ADDRESS = 64;

const SHOWN = { put, remove, multiPut, multiRemove, incr, checkAndSet };
const NAMES = new Map(
  Object.entries(SHOWN).map(([name, method]) => [method.code, name as keyof typeof SHOWN]),
);

export interface LogFile {
  readonly mutations: readonly LoggedMutation[];
  /** Where its whole blocks end, counted as `startOffset` is. */
  readonly endOffset: number;
  /** How it ends: `ERR_HANDLE_EOF`, amid a block (`ERR_INCOMPLETE_DATA`) or before what is none (`ERR_INVALID_DATA`). */
  readonly end: string;
}

/** @param startOffset what the file's name says: where it begins in the whole log */
export function readLogFile(file: Uint8Array, startOffset: number): LogFile {
  const mutations: LoggedMutation[] = [];
  let at = 0;
  let crc = 0;
  const endsWith = (end: string): LogFile => ({ mutations, endOffset: startOffset + at, end });
  for (;;) {
    const rest = file.subarray(at);
    if (rest.length === 0) return endsWith('ERR_HANDLE_EOF');
    if (rest.length < BLOCK_HEADER_BYTES) return endsWith('ERR_INCOMPLETE_DATA');
    const header = new LittleEndianReader(rest);
    const isBlock = header.u32() === MAGIC;
    const length = header.u32();
    const body = rest.subarray(BLOCK_HEADER_BYTES, BLOCK_HEADER_BYTES + length);
    if (!isBlock) return endsWith('ERR_INVALID_DATA');
    if (body.length < length) return endsWith('ERR_INCOMPLETE_DATA');
    crc = crc32c(body, crc);
    if (header.u32() !== crc) return endsWith('ERR_INVALID_DATA');
    try {
      const reader = new LittleEndianReader(body);
      if (at === 0) readFileHeader(reader, startOffset);
      readMutations(reader, startOffset + at + BLOCK_HEADER_BYTES, mutations);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return endsWith('ERR_INVALID_DATA');
    }
    at += BLOCK_HEADER_BYTES + length;
  }
}

/** `log_file_header`, and of every replica how far it was before. */
function readFileHeader(reader: LittleEndianReader, startOffset: number): void {
  const isRight = reader.u32() === MAGIC;
  reader.skip(4);
  if (!isRight || reader.i64() !== startOffset) throw new WireError('no header of this log file');
  reader.skip(reader.u32() * REPLICA_BYTES);
}

/** @param bodyOffset where the block's body begins in the whole log */
function readMutations(reader: LittleEndianReader, bodyOffset: number, mutations: LoggedMutation[]): void {
  while (reader.remaining > 0) {
    const begin = reader.position;
    const mutation = readMutation(reader);
    if (mutation.log_offset !== bodyOffset + begin) throw new WireError('a mutation of another place');
    mutations.push({ ...mutation, log_length: reader.position - begin });
  }
}

function readMutation(reader: LittleEndianReader): Omit<LoggedMutation, 'log_length'> {
  const version = reader.u64();
  const pid = { app_id: reader.i32(), partition_index: reader.i32() };
  const [ballot, decree] = [reader.i64(), reader.i64()];
  const [log_offset, last_committed_decree] = [reader.i64(), reader.i64()];
  const timestamp = readTimestamp(reader, version);
  const updates = readUpdates(reader);
  return { pid, ballot, decree, last_committed_decree, log_offset, timestamp, updates };
}

function readTimestamp(reader: LittleEndianReader, version: bigint): number {
  if (version === 0n) return reader.i64();
  if (version <= LEAST_ADDRESS) throw new WireError(`a mutation of version ${version}`);
  reader.skip(ISSET_BYTES);
  return 0;
}

/** What each is comes first, then the bytes of all. */
function readUpdates(reader: LittleEndianReader): LoggedUpdate[] {
  const heads: { readonly code: string; readonly length: number }[] = [];
  for (let left = reader.u32(); left > 0; left--) {
    const code = Buffer.from(reader.bytes(reader.u32())).toString('latin1');
    reader.skip(4); // The serialization: binary thrift.
    heads.push({ code, length: reader.u32() });
  }
  return heads.map(({ code, length }) => updateOf(code, reader.bytes(length)));
}

function updateOf(code: string, data: Uint8Array): LoggedUpdate {
  const name = NAMES.get(code);
  if (name === undefined) return { code };
  const schema: StructType<unknown> = SHOWN[name].request;
  return { code, [name]: readPayload(new Reader(data), schema) };
}
