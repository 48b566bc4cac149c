/** Pegasus's hand-written types: `src/common/serialization_helper/thrift_helper.h`. */
import type { Gpid } from '../idl/schema.ts';
import { WireError } from './errors.ts';
import type { Reader } from './reader.ts';
import type { Writer } from './writer.ts';

const INVALID = 0;
const IPV4 = 1;

/** Partition index first, as the upper half of one 64-bit integer. */
export function writeGpid(writer: Writer, { app_id, partition_index }: Gpid): void {
  writer.i32(partition_index);
  writer.i32(app_id);
}

export function readGpid(reader: Reader): Gpid {
  const partition_index = reader.i32();
  return { app_id: reader.i32(), partition_index };
}

/** The address, the port, and the kind in two bits. `''` is the invalid address: all zero. */
export function writeAddress(writer: Writer, inside: string): void {
  const address = writer.addresses?.toWire(inside) ?? inside;
  const { ip, port } = splitAddress(address);
  writer.i32(ip);
  writer.i16(port);
  writer.i16(address === '' ? INVALID : IPV4);
}

export function readAddress(reader: Reader): string {
  const ip = reader.u32();
  const port = reader.u16();
  const kind = reader.u16() & 0b11;
  const address = addressText(ip, port, kind);
  return reader.addresses?.fromWire(address) ?? address;
}

/** @throws WireError for a group of addresses, which is never on the wire */
export function addressText(ip: number, port: number, kind: number): string {
  if (kind === INVALID) return '';
  if (kind !== IPV4) throw new WireError(`an rpc_address of kind ${kind}`);
  return `${ip >>> 24}.${(ip >>> 16) & 255}.${(ip >>> 8) & 255}.${ip & 255}:${port}`;
}

/** The IPv4 address as 32 bits, and the port; zeros for the invalid address. */
export function splitAddress(address: string): { readonly ip: number; readonly port: number } {
  if (address === '') return { ip: 0, port: 0 };
  const colon = address.lastIndexOf(':');
  const ip = address
    .slice(0, colon)
    .split('.')
    .reduce((bits, part) => (bits << 8) | Number(part), 0);
  return { ip, port: Number(address.slice(colon + 1)) };
}

export function writeHostPort(writer: Writer, inside: string): void {
  const hostPort = writer.addresses?.toWire(inside) ?? inside;
  const colon = hostPort.lastIndexOf(':');
  writer.text(hostPort.slice(0, Math.max(0, colon)));
  writer.i16(Number(hostPort.slice(colon + 1)));
  writer.u8(hostPort === '' ? INVALID : IPV4);
}

export function readHostPort(reader: Reader): string {
  const host = reader.text();
  const port = reader.u16();
  const kind = reader.u8();
  if (kind !== INVALID && kind !== IPV4) throw new WireError(`a host_port of kind ${kind}`);
  const hostPort = kind === INVALID ? '' : `${host}:${port}`;
  return reader.addresses?.fromWire(hostPort) ?? hostPort;
}
