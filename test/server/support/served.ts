import { connect, type Socket } from 'node:net';
import { Simulation } from '../../../src/engine/simulation.ts';
import { MemoryFileSystem, memoryHost } from '../../../src/host/memory-fs.ts';
import { createMetaClient } from '../../../src/rpc/client/meta/index.ts';
import { asBytes, Frames } from '../../../src/rpc/codec/frames.ts';
import { Writer } from '../../../src/rpc/codec/writer.ts';
import type { RpcMethod } from '../../../src/rpc/method.ts';
import { localTransport } from '../../../src/rpc/transport/local.ts';
import type { ServerEvent } from '../../../src/server/events.ts';
import { PegasusServer, type ServerOptions } from '../../../src/server/server.ts';
import {
  readThftReply,
  readThftResult,
  thftReplyLength,
  writeThftRequest,
} from '../../wire/support/thft-client.ts';

export interface Served {
  readonly server: PegasusServer;
  readonly simulation: Simulation;
  readonly events: ServerEvent[];
  readonly control: string;
  /** `127.0.0.1:port` of the n-th server, from 1. */
  meta(n: number): string;
  replica(n: number): string;
  stop(): Promise<void>;
}

/** A workspace in memory under a manual clock, with a table `temp` of 4 partitions, on ports that are free. */
export async function served(
  options: Partial<ServerOptions> = {},
  wallNow = () => Date.now() * 1000,
): Promise<Served> {
  const host = memoryHost(wallNow, new MemoryFileSystem());
  const simulation = new Simulation({ directory: '/w', host, clock: 'manual', durability: 'group' });
  await makeTable(simulation);
  const events: ServerEvent[] = [];
  const server = new PegasusServer({
    simulation,
    bind: '127.0.0.1',
    host: '127.0.0.1',
    portFor: () => 0,
    clusters: [],
    hostPorts: false,
    report: (event) => events.push(event),
    now: () => performance.now(),
    ...options,
  });
  const control = await server.start();
  const [cluster] = server.clusters;
  return {
    server,
    simulation,
    events,
    control,
    meta: (n) => cluster!.metas[n - 1]!,
    replica: (n) => cluster!.replicas[n - 1]!,
    async stop() {
      await server.stop();
      simulation.close();
    },
  };
}

export async function makeTable(simulation: Simulation, name = 'temp', partitions = 4): Promise<void> {
  const transport = localTransport(simulation, '');
  const meta = createMetaClient(transport);
  const options = {
    partition_count: partitions,
    replica_count: 3,
    success_if_exist: false,
    app_type: 'pegasus',
    is_stateful: true,
    envs: new Map<string, string>(),
  };
  await meta.createApp({ app_name: name, options });
  await transport.sleep(60_000);
}

export function dial(address: string): Promise<Socket> {
  const [host, port] = address.split(':');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host);
    socket.once('error', reject);
    socket.once('connect', () => resolve(socket));
  });
}

interface Partition {
  readonly appId?: number;
  readonly pidx?: number;
}

/** What a client sends. */
export function thftRequest<Q, R>(
  method: RpcMethod<Q, R>,
  request: Q,
  { appId = 0, pidx = 0 }: Partition = {},
  sequence = 1,
): Buffer {
  const writer = new Writer();
  const header = {
    version: 0 as const,
    name: method.code,
    sequence,
    gpid: { app_id: appId, partition_index: pidx },
    timeoutMs: 0,
    threadHash: 0,
    partitionHash: 0n,
    isBackupRequest: false,
  };
  writeThftRequest(writer, header, method.request, request);
  return writer.take();
}

/** A client as those in Go are, one connection. */
export class ThftClient {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, (frame: Buffer) => void>();
  readonly closed: Promise<void>;
  #sequence = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
    const frames = new Frames(thftReplyLength, 1 << 27, asBytes);
    socket.on('data', (chunk) => {
      for (const frame of frames.push(chunk)) {
        const { sequence } = readThftReply(frame).header;
        this.#waiting.get(sequence)?.(frame);
        this.#waiting.delete(sequence);
      }
    });
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
  }

  static async connect(address: string): Promise<ThftClient> {
    return new ThftClient(await dial(address));
  }

  /** The result, or the error in the frame. */
  async call<Q, R>(method: RpcMethod<Q, R>, request: Q, partition: Partition = {}): Promise<R | string> {
    const sequence = ++this.#sequence;
    const answered = new Promise<Buffer>((resolve) => this.#waiting.set(sequence, resolve));
    this.#socket.write(thftRequest(method, request, partition, sequence));
    const { header: reply, body } = readThftReply(await answered);
    return reply.error === 'ERR_OK' ? readThftResult(body, method.response) : reply.error;
  }

  end(): void {
    this.#socket.destroy();
  }
}
