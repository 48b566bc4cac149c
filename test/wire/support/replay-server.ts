import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { asBytes, Frames } from '../../../src/rpc/codec/frames.ts';
import { rdsnLength } from '../../../src/rpc/codec/rdsn.ts';
import type { Stream } from './fixtures.ts';

const HEADER = 192;
const LIMIT = 1 << 20;

/** A request and its reply, as they were recorded. */
interface Exchange {
  readonly code: string;
  readonly request: Buffer;
  readonly reply: Buffer;
}

/** What was asked: the bytes behind the header, ours and the recorded ones. */
export interface Asked {
  readonly code: string;
  readonly ours: string;
  readonly recorded: string | undefined;
}

export interface ReplayServer {
  readonly port: number;
  readonly asked: Asked[];
  stop(): void;
}

/**
 * Answers each request with the recorded reply to the next one of its code that was the same, else to the next one of
 * its code.
 *
 * @param ports of servers that replies name: this one is named instead
 */
export async function replayServer(
  streams: readonly Stream[],
  ports: readonly number[],
): Promise<ReplayServer> {
  const left = exchangesOf(streams);
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    const frames = new Frames(rdsnLength, LIMIT, asBytes);
    socket.on('data', (chunk) => {
      for (const frame of frames.push(chunk)) socket.write(answer(frame));
    });
  });
  const answer = (frame: Buffer): Buffer => {
    const [code, ours] = [codeOf(frame), bodyOf(frame)];
    const same = left.findIndex((one) => one.code === code && bodyOf(one.request) === ours);
    const at = same >= 0 ? same : left.findIndex((one) => one.code === code);
    const [found] = at < 0 ? [] : left.splice(at, 1);
    asked.push({ code, ours, recorded: found && bodyOf(found.request) });
    if (found === undefined) return Buffer.alloc(0);
    const reply = Buffer.from(found.reply);
    frame.copy(reply, 24, 24, 32);
    for (const port of ports) rename(reply, port, address().port);
    // Checksums that are 0 are not looked at.
    return reply.fill(0, 12, 16).fill(0, 20, 24);
  };
  const address = () => server.address() as { port: number };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: address().port,
    asked,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Requests in the order of recording, each with the reply of its id. */
function exchangesOf(streams: readonly Stream[]): Exchange[] {
  const framesOf = (direction: Stream['direction']) =>
    streams
      .filter((stream) => stream.direction === direction)
      .flatMap(({ chunks }) => {
        const frames = new Frames(rdsnLength, LIMIT, asBytes);
        return chunks.flatMap((chunk) => [...frames.push(chunk)].map((frame) => Buffer.from(frame)));
      });
  const replies = framesOf('s2c');
  return framesOf('c2s').flatMap((request) => {
    const code = codeOf(request);
    const at = replies.findIndex(
      (reply) => codeOf(reply) === `${code}_ACK` && reply.readBigUInt64LE(24) === request.readBigUInt64LE(24),
    );
    return at < 0 ? [] : [{ code, request, reply: replies.splice(at, 1)[0]! }];
  });
}

function codeOf(frame: Buffer): string {
  return frame.toString('latin1', 40, frame.indexOf(0, 40));
}

function bodyOf(frame: Buffer): string {
  return frame.toString('hex', HEADER);
}

/** A server on this machine, by address and by host name. */
function rename(reply: Buffer, from: number, to: number): void {
  const bytesOf = (port: number) => [
    Buffer.from([127, 0, 0, 1, port >> 8, port & 255, 0, 1]),
    Buffer.from([...Buffer.from('localhost'), port >> 8, port & 255]),
  ];
  const written = bytesOf(to);
  bytesOf(from).forEach((bytes, kind) => {
    for (let at = reply.indexOf(bytes, HEADER); at >= 0; at = reply.indexOf(bytes, at + 1))
      written[kind]!.copy(reply, at);
  });
}
