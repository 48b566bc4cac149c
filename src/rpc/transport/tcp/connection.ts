import { createConnection, type Socket } from 'node:net';
import { asBytes, Frames } from '../../codec/frames.ts';
import { type RdsnHeader, rdsnFrame, rdsnLength, readRdsn, readRdsnPayload } from '../../codec/rdsn.ts';
import type { Reader } from '../../codec/reader.ts';
import { ClearScannerArguments, ForwardTo } from '../../idl/arguments.ts';
import type { Gpid } from '../../idl/schema.ts';
import type { RpcMethod } from '../../method.ts';
import { RpcError } from '../transport.ts';

/** The largest reply that is taken in: above what upstream's servers make (`rpc_large_response…`). */
const LARGEST_REPLY_BYTES = 256 * 1024 * 1024;

/** A machine that does not answer at all is given up before the request is: another may do. */
const CONNECT_MS = 2000;

/** A sender that does not listen gives its app id for a port, as upstream's shell does. */
const FROM_ADDRESS = '127.0.0.1:1';

export interface Call<Q, R> {
  readonly method: RpcMethod<Q, R>;
  readonly request: Q;
  readonly gpid: Gpid;
  readonly threadHash: number;
  readonly partitionHash: bigint;
  readonly timeoutMs: number;
}

/** A meta server that does not lead names the one that does; '' where it does not know. */
export class ForwardToOthers extends RpcError {
  readonly leader: string;

  constructor(method: string, leader: string) {
    super('ERR_FORWARD_TO_OTHERS', method);
    this.leader = leader;
  }
}

interface Pending {
  readonly code: string;
  answer(header: RdsnHeader, body: Reader): void;
  fail(error: Error): void;
}

/**
 * One connection to one server, made when the first request needs it; many requests may be on their way at once.
 *
 * The native RDSN framing (`src/rpc/rpc_message.h`): servers send the host names that go with it, and answer a request
 * to the wrong meta server with the right one's address.
 */
export class Connection {
  readonly #host: string;
  readonly #port: number;
  readonly #pending = new Map<bigint, Pending>();
  #socket: Socket | undefined;
  /** Whether anything may have been sent. */
  #isConnected = false;
  #lastId = 0n;

  constructor(address: string) {
    const colon = address.lastIndexOf(':');
    this.#host = address.slice(0, colon);
    this.#port = Number(address.slice(colon + 1));
  }

  /**
   * Sends a request and waits for its reply; `clear_scanner` is never answered, and so not waited for.
   *
   * @throws RpcError the reply's error; ERR_TIMEOUT; ERR_NETWORK_FAILURE where there is no connection, or it broke
   * @throws ForwardToOthers
   */
  call<Q, R>({ method, request, timeoutMs, ...route }: Call<Q, R>): Promise<R> {
    const { code } = method;
    const socket = this.#connected();
    const id = ++this.#lastId;
    const header = requestHeader(id, code, { ...route, timeoutMs });
    const frame = rdsnFrame(header, { schema: method.request, value: request });
    return new Promise<R>((resolve, reject) => {
      if (isNeverAnswered(method)) return void socket.write(frame, () => resolve({} as R));
      const timer = setTimeout(
        () => this.#end(id)?.fail(new RpcError('ERR_TIMEOUT', code, '', this.#isConnected)),
        timeoutMs,
      );
      const settle = (): void => clearTimeout(timer);
      this.#pending.set(id, {
        code,
        answer: ({ error }, body) => {
          settle();
          if (error === 'ERR_OK') resolve(readRdsnPayload(body, method.response));
          else reject(error === 'ERR_FORWARD_TO_OTHERS' ? forward(code, body) : new RpcError(error, code));
        },
        fail: (error) => {
          settle();
          reject(error);
        },
      });
      this.#keepAliveWhileWaiting();
      socket.write(frame);
    });
  }

  /** Requests on their way fail with ERR_NETWORK_FAILURE. */
  close(): void {
    this.#socket?.destroy();
    this.#lose('');
  }

  #connected(): Socket {
    if (this.#socket !== undefined) return this.#socket;
    const socket = createConnection({ host: this.#host, port: this.#port, noDelay: true });
    const frames = new Frames(rdsnLength, LARGEST_REPLY_BYTES, asBytes);
    this.#socket = socket;
    const connecting = setTimeout(() => socket.destroy(new Error('no connection in time')), CONNECT_MS);
    socket.on('connect', () => {
      clearTimeout(connecting);
      this.#isConnected = true;
    });
    socket.on('data', (chunk) => {
      try {
        for (const frame of frames.push(chunk)) this.#take(frame);
      } catch (error) {
        // After bytes that make no sense nothing on this connection does.
        socket.destroy(error as Error);
      }
    });
    socket.on('error', (error) => this.#lose(error.message, socket));
    socket.on('close', () => {
      clearTimeout(connecting);
      this.#lose('the server closed the connection', socket);
    });
    return socket;
  }

  #take(frame: Buffer): void {
    const { header, body } = readRdsn(frame);
    // A reply that comes after its time has nobody to go to.
    const pending = this.#end(header.id);
    try {
      pending?.answer(header, body);
    } catch (error) {
      pending?.fail(new RpcError('ERR_NETWORK_FAILURE', header.name, (error as Error).message, true));
      throw error;
    }
  }

  #end(id: bigint): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    this.#keepAliveWhileWaiting();
    return pending;
  }

  /** An idle connection does not keep the process from ending. */
  #keepAliveWhileWaiting(): void {
    if (this.#pending.size > 0) this.#socket?.ref();
    else this.#socket?.unref();
  }

  #lose(why: string, socket = this.#socket): void {
    if (socket === undefined || socket !== this.#socket) return;
    const wasConnected = this.#isConnected;
    this.#socket = undefined;
    this.#isConnected = false;
    const lost = [...this.#pending.values()];
    this.#pending.clear();
    for (const pending of lost)
      pending.fail(new RpcError('ERR_NETWORK_FAILURE', pending.code, why, wasConnected));
  }
}

function requestHeader(
  id: bigint,
  name: string,
  route: { gpid: Gpid; threadHash: number; partitionHash: bigint; timeoutMs: number },
): RdsnHeader {
  return {
    ...route,
    isRequest: true,
    id,
    traceId: id,
    name,
    rpcCode: 0,
    isForwarded: false,
    isForwardSupported: true,
    isBackupRequest: false,
    fromAddress: FROM_ADDRESS,
    error: '',
  };
}

function forward(code: string, body: Reader): ForwardToOthers {
  return new ForwardToOthers(code, body.remaining === 0 ? '' : readRdsnPayload(body, ForwardTo).address);
}

function isNeverAnswered<Q, R>({ request }: RpcMethod<Q, R>): boolean {
  return (request as unknown) === ClearScannerArguments;
}
