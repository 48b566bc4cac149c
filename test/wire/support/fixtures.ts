import { readFileSync } from 'node:fs';
import * as methods from '../../../src/rpc/idl/methods.ts';
import * as peerMethods from '../../../src/rpc/idl/peer-methods.ts';
import type { StructType } from '../../../src/rpc/idl/schema.ts';
import type { RpcMethod } from '../../../src/rpc/method.ts';

type AnyMethod = RpcMethod<unknown, unknown>;

const byCode = new Map(
  Object.values({ ...methods, ...peerMethods }).map((method) => [method.code, method as AnyMethod]),
);

export function methodOf(code: string): AnyMethod {
  const method = byCode.get(code);
  if (method === undefined) throw new Error(`no method ${code}`);
  return method;
}

export const allMethods: readonly AnyMethod[] = [...byCode.values()];

/** Every struct that a message of Pegasus is or holds. */
export function allStructs(): StructType<unknown>[] {
  const found = new Set<StructType<unknown>>();
  const visit = (type: unknown): void => {
    const node = type as StructType<unknown> & { element?: unknown; key?: unknown; value?: unknown };
    if (node.kind === 'struct') {
      if (found.has(node)) return;
      found.add(node);
      for (const field of Object.values(node.fields)) visit(field.type);
    }
    for (const inner of [node.element, node.key, node.value]) if (inner !== undefined) visit(inner);
  };
  for (const { request, response } of allMethods) {
    visit(request);
    visit(response);
  }
  return [...found];
}

const directory = new URL('../../fixtures/wire/', import.meta.url);

/** The vectors of the wire reference; its `about` says what is what. */
export const vectors = JSON.parse(readFileSync(new URL('vectors.json', directory), 'utf8')) as Vectors;

export interface Vectors {
  readonly requests: readonly {
    readonly name: string;
    readonly rpc: string;
    readonly seq_id: number;
    readonly app_id: number;
    readonly partition_index: number;
    readonly client_timeout_ms: number;
    readonly thread_hash: number;
    readonly partition_hash_hex: string;
    readonly header_hex: string;
    readonly body_hex: string;
  }[];
  readonly responses: readonly {
    readonly name: string;
    readonly rpc: string;
    readonly seq_id: number;
    readonly error: string;
    readonly frame_hex: string;
  }[];
  readonly captured_from_real_clients: readonly {
    readonly client: string;
    readonly what: string;
    readonly frame_hex: string;
  }[];
  readonly rdsn_messages: {
    readonly messages: readonly {
      readonly name: string;
      readonly crc: boolean;
      readonly header_hex: string;
      readonly body_hex: string;
    }[];
  };
  readonly negotiation: { readonly request_body_hex: string; readonly reply_frame_hex: string };
  readonly gpid: readonly {
    app_id: number;
    partition_index: number;
    thread_hash: number;
    wire_hex: string;
  }[];
  readonly rpc_address: readonly { address: string; wire_hex: string }[];
  readonly host_port: readonly { host_port: string; wire_hex: string }[];
  readonly error_code: readonly { name: string; wire_hex: string }[];
  readonly blob: readonly { data_hex: string; wire_hex: string }[];
  readonly crc64: readonly { input_hex: string; crc64_hex: string }[];
  readonly crc32c: readonly { input_text: string; crc32c_hex: string }[];
  readonly keys: readonly {
    hash_key_hex: string;
    sort_key_hex: string;
    key_hex: string;
    next_key_hex: string;
  }[];
  readonly hp_fields_compat: { readonly without_hp_hex: string; readonly with_hp_hex: string };
  readonly captured_rdsn: { readonly exchanges: readonly CapturedExchange[] };
  readonly captured_thft: { readonly exchanges: readonly CapturedExchange[] };
}

export interface CapturedExchange {
  readonly name: string;
  readonly request: { readonly body: unknown; readonly frame_hex: string };
  readonly reply: { readonly body: unknown; readonly frame_hex: string };
}

/** What went over each connection of a recording, by direction. */
export interface Stream {
  readonly direction: 'c2s' | 's2c';
  readonly chunks: readonly Buffer[];
}

export function recordedStreams(file: string): Stream[] {
  const lines = readFileSync(new URL(file, directory), 'utf8').trim().split('\n');
  const rows = lines.map((line) => JSON.parse(line) as { conn: number; dir: 'c2s' | 's2c'; hex: string });
  return grouped(
    rows.map(({ conn, dir, hex }) => ({ key: `${conn} ${dir}`, bytes: Buffer.from(hex, 'hex') })),
  );
}

/** TCP over IPv4 or IPv6 on loopback; the recordings lose and reorder nothing. Replica servers listen from 34801. */
export function pcapStreams(file: string): Stream[] {
  const pcap = readFileSync(new URL(file, directory));
  const packets: { key: string; bytes: Buffer }[] = [];
  for (let at = 24; at < pcap.length; ) {
    const length = pcap.readUInt32LE(at + 8);
    const packet = pcap.subarray(at + 16, at + 16 + length);
    at += 16 + length;
    const segment = tcpOf(packet);
    if (segment.bytes.length > 0) packets.push(segment);
  }
  return grouped(packets);
}

const ETHERNET = 14;

function tcpOf(packet: Buffer): { key: string; bytes: Buffer } {
  const ip = packet.subarray(ETHERNET);
  const tcp = ip.subarray((ip[0]! & 15) * 4, ip.readUInt16BE(2));
  const [from, to] = [tcp.readUInt16BE(0), tcp.readUInt16BE(2)];
  const isRequest = to >= 34601 && to <= 34803;
  return {
    key: `${Math.min(from, to)}-${Math.max(from, to)} ${isRequest ? 'c2s' : 's2c'}`,
    bytes: tcp.subarray((tcp[12]! >> 4) * 4),
  };
}

function grouped(pieces: readonly { key: string; bytes: Buffer }[]): Stream[] {
  const streams = new Map<string, Buffer[]>();
  for (const { key, bytes } of pieces) {
    const chunks = streams.get(key) ?? [];
    chunks.push(bytes);
    streams.set(key, chunks);
  }
  return [...streams].map(([key, chunks]) => ({
    direction: key.endsWith('c2s') ? 'c2s' : 's2c',
    chunks: chunks.filter((chunk) => chunk.length > 0),
  }));
}
