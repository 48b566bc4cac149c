import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { asBytes, Frames } from '../../../src/rpc/codec/frames.ts';
import {
  type RdsnHeader,
  rdsnFrame,
  rdsnLength,
  readRdsn,
  readRdsnPayload,
} from '../../../src/rpc/codec/rdsn.ts';
import type { StructType } from '../../../src/rpc/idl/schema.ts';
import type { RpcMethod } from '../../../src/rpc/method.ts';

/** One request as it arrived, with ways to answer it. */
export interface Arrived {
  readonly header: RdsnHeader;
  read<Q>(method: RpcMethod<Q, unknown>): Q;
  reply<R>(method: RpcMethod<never, R>, value: R): void;
  fail(error: string): void;
  /** An error with a payload beside it. */
  failWith<T>(error: string, schema: StructType<T>, value: T): void;
  send(bytes: Buffer): void;
  hangUp(): void;
}

export interface Responder {
  readonly address: string;
  readonly arrived: Arrived[];
  close(): Promise<void>;
}

/** A server that does with each request what the test says. */
export async function responder(onRequest: (request: Arrived) => void): Promise<Responder> {
  const arrived: Arrived[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    const frames = new Frames(rdsnLength, 1 << 20, asBytes);
    socket.on('data', (chunk) => {
      for (const frame of frames.push(chunk)) {
        const request = arrivedOn(socket, frame);
        arrived.push(request);
        onRequest(request);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    address: `127.0.0.1:${port}`,
    arrived,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function arrivedOn(socket: Socket, frame: Buffer): Arrived {
  const { header, body } = readRdsn(frame);
  const replyHeader = { ...header, isRequest: false, error: 'ERR_OK' };
  return {
    header,
    read: (method) => readRdsnPayload(body, method.request),
    reply: (method, value) => void socket.write(rdsnFrame(replyHeader, { schema: method.response, value })),
    fail: (error) => void socket.write(rdsnFrame({ ...replyHeader, error })),
    failWith: (error, schema, value) =>
      void socket.write(rdsnFrame({ ...replyHeader, error }, { schema, value })),
    send: (bytes) => void socket.write(bytes),
    hangUp: () => void socket.destroy(),
  };
}
