import { once } from 'node:events';
import { createServer, connect as open, type Server, type Socket } from 'node:net';

/** What becomes of the replies to one RPC. */
export interface Fault {
  readonly rpc: string;
  /** `header`, `reply`: an error code there instead of ERR_OK. `drop`: no reply. `close`: the connection ends instead. */
  readonly kind: 'header' | 'reply' | 'drop' | 'close';
  readonly code: string;
}

/** Stands before a server: what clients ask goes to it, and its replies come back, but for those that are to fail. */
export interface FaultyProxy {
  readonly port: number;
  fault: Fault | undefined;
  stop(): void;
}

/** A server as it is written in replies, and what stands there instead: as long. */
export type Rewrite = readonly [from: Buffer, to: Buffer];

const RDSN_HEADER = 192;
const RDSN_ERROR_AT = 136;

/** @param rewrites made in every reply, so that clients go through the proxies of the servers that it names */
export async function faultyProxy(port: number, rewrites: readonly Rewrite[] = []): Promise<FaultyProxy> {
  const sockets = new Set<Socket>();
  const proxy = { fault: undefined as Fault | undefined };
  const server: Server = createServer((client) => {
    const upstream = open(port, '127.0.0.1');
    const end = () => [client, upstream].map((socket) => socket.destroy());
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    client.on('data', (bytes) => {
      const { fault } = proxy;
      if (fault?.kind === 'close' && bytes.includes(fault.rpc)) end();
      else upstream.write(bytes);
    });
    let rest: Buffer = Buffer.alloc(0);
    upstream.on('data', (bytes: Buffer) => {
      rest = Buffer.concat([rest, bytes]);
      for (
        let length = lengthOf(rest);
        length !== undefined && rest.length >= length;
        length = lengthOf(rest)
      ) {
        const frame = rewritten(Buffer.from(rest.subarray(0, length)), rewrites);
        rest = rest.subarray(length);
        const reply = faulted(frame, proxy.fault);
        if (reply !== undefined) client.write(reply);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(proxy, {
    port: (server.address() as { port: number }).port,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
}

/** The address of a server, and its host and port, as replies hold them. */
export function rewritesOf(port: number, to: number): Rewrite[] {
  const address = (of: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE((0x7f000001n << 32n) | (BigInt(of) << 16n) | 1n);
    return bytes;
  };
  const hostPort = (of: number) => Buffer.from([...Buffer.from('localhost'), of >> 8, of & 255]);
  return [
    [address(port), address(to)],
    [hostPort(port), hostPort(to)],
  ];
}

function isRdsn(frame: Buffer): boolean {
  return frame.subarray(0, 4).toString('latin1') === 'RDSN';
}

/** Of a whole reply: of the native framing, or of the one that Go's client has. */
function lengthOf(bytes: Buffer): number | undefined {
  if (bytes.length < 24) return undefined;
  return isRdsn(bytes) ? RDSN_HEADER + bytes.readUInt32LE(16) : bytes.readUInt32BE(0);
}

function rewritten(frame: Buffer, rewrites: readonly Rewrite[]): Buffer {
  for (const [from, to] of rewrites) {
    for (let at = frame.indexOf(from); at >= 0; at = frame.indexOf(from, at + 1)) to.copy(frame, at);
  }
  // Checksums that are 0 are not looked at.
  if (isRdsn(frame)) frame.fill(0, 12, 16).fill(0, 20, 24);
  return frame;
}

function faulted(frame: Buffer, fault: Fault | undefined): Buffer | undefined {
  if (fault === undefined || !frame.includes(`${fault.rpc}_ACK`)) return frame;
  if (fault.kind === 'drop') return undefined;
  if (isRdsn(frame)) {
    if (fault.kind === 'header') {
      Buffer.alloc(48, 0).copy(frame, RDSN_ERROR_AT);
      frame.write(fault.code, RDSN_ERROR_AT, 'latin1');
      return frame;
    }
    const body = withCode(frame.subarray(RDSN_HEADER), fault.code);
    frame.writeUInt32LE(body.length, 16);
    return Buffer.concat([frame.subarray(0, RDSN_HEADER), body]);
  }
  const header = 8 + frame.readInt32BE(4);
  const parts =
    fault.kind === 'header'
      ? [withCode(frame.subarray(4, header), fault.code), frame.subarray(header)]
      : [frame.subarray(4, header), withCode(frame.subarray(header), fault.code)];
  const length = Buffer.alloc(4);
  length.writeUInt32BE(4 + parts[0]!.length + parts[1]!.length);
  return Buffer.concat([length, ...parts]);
}

/** With another code where the first one stands. */
function withCode(bytes: Buffer, code: string): Buffer {
  const at = bytes.indexOf('ERR_') - 4;
  if (at < 0) return bytes;
  const length = Buffer.alloc(4);
  length.writeInt32BE(code.length);
  return Buffer.concat([
    bytes.subarray(0, at),
    length,
    Buffer.from(code),
    bytes.subarray(at + 4 + bytes.readInt32BE(at)),
  ]);
}
