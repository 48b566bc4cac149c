import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32c } from '../../src/rpc/codec/crc32c.ts';
import { writePayload } from '../../src/rpc/codec/payload.ts';
import { Writer } from '../../src/rpc/codec/writer.ts';
import type { Gpid } from '../../src/rpc/idl/schema.ts';
import type { RpcMethod } from '../../src/rpc/method.ts';

const MAGIC = 0xdeadbeef;
const BINARY_THRIFT = 1;

export interface Mutation {
  readonly ballot: number;
  readonly decree: number;
  readonly lastCommitted: number;
  readonly timestampUs: number;
  readonly updates: readonly Update[];
}

export interface Update {
  readonly code: string;
  readonly data: Uint8Array;
}

export const EMPTY: Update = { code: 'RPC_REPLICATION_WRITE_EMPTY', data: new Uint8Array(0) };

export function update<Q, R>({ code, request }: RpcMethod<Q, R>, asked: Q): Update {
  const writer = new Writer();
  writePayload(writer, request, asked, 0);
  return { code, data: writer.take() };
}

/**
 * Writes log files as a replica server does (`src/replica/log_file.cpp`): each file after the one before, each
 * mutation in a block of its own.
 */
export function writeLog(directory: string, pid: Gpid, files: readonly (readonly Mutation[])[]): void {
  mkdirSync(directory, { recursive: true });
  let start = 0;
  for (const [at, mutations] of files.entries()) {
    const bytes = fileOf(pid, start, mutations);
    writeFileSync(join(directory, `log.${at + 1}.${start}`), bytes);
    start += bytes.length;
  }
}

function fileOf(pid: Gpid, start: number, mutations: readonly Mutation[]): Buffer {
  let file = Buffer.alloc(0);
  let crc = 0;
  const add = (bodyAt: (offset: number) => Buffer): void => {
    const body = bodyAt(start + file.length + 16);
    crc = crc32c(body, crc);
    const header = [u32(MAGIC), u32(body.length), u32(crc), u32(file.length)];
    file = Buffer.concat([file, ...header, body]);
  };
  add(() => Buffer.concat([u32(MAGIC), u32(1), i64(start), u32(1), gpid(pid), i64(0), i64(0)]));
  for (const mutation of mutations) add((offset) => mutationBytes(pid, offset, mutation));
  return file;
}

function mutationBytes(pid: Gpid, offset: number, mutation: Mutation): Buffer {
  const { ballot, decree, lastCommitted, timestampUs, updates } = mutation;
  const numbers = [ballot, decree, offset, lastCommitted, timestampUs].map(i64);
  const heads = updates.map(({ code, data }) =>
    Buffer.concat([u32(code.length), Buffer.from(code), u32(BINARY_THRIFT), u32(data.length)]),
  );
  const bodies = updates.map(({ data }) => data);
  return Buffer.concat([i64(0), gpid(pid), ...numbers, u32(updates.length), ...heads, ...bodies]);
}

function gpid({ app_id, partition_index }: Gpid): Buffer {
  return Buffer.concat([u32(app_id), u32(partition_index)]);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function i64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return bytes;
}
