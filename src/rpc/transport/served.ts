import { ClusterError, UsageError, WorkspaceError } from '../../errors.ts';
import { decoderOf } from '../codec/decode.ts';
import { encoderOf } from '../codec/encode.ts';
import { Reader } from '../codec/reader.ts';
import { Writer } from '../codec/writer.ts';
import type { RealCluster } from '../idl/control.ts';
import { type HttpGetResponse, httpGet, httpGetRest } from '../idl/http.ts';
import type { StructType } from '../idl/schema.ts';
import {
  type CallRequest,
  type CallResponse,
  callServed,
  greetServed,
  type ServingState,
  sleepServed,
} from '../idl/serving.ts';
import type { RpcMethod } from '../method.ts';
import type { WorkspaceClusters } from './clusters.ts';
import { Connection } from './tcp/connection.ts';
import { RpcError, type Target, type Transport } from './transport.ts';

/** A process that is suspended does not say that it is there. */
const FIRST_ANSWER_MS = 5000;

/** How often one that owes an answer is asked whether it is still there. */
const ASKED_EVERY_MS = 10_000;

/** How long one that is busy may take to say so. */
const BUSY_MS = 60_000;

/** Longer than anybody waits: what an answer takes the serving process decides. */
const NEVER_MS = 2 ** 31 - 1;

const NOWHERE = { gpid: { app_id: 0, partition_index: 0 }, threadHash: 0, partitionHash: 0n };

/**
 * A workspace that another process serves: its control endpoint takes every call, as though it were open here.
 *
 * @param firstAnswerMs how long it may take to say that it is there
 * @throws WorkspaceError when nobody answers: that process has ended, or is suspended
 */
export async function openServed(
  endpoint: string,
  firstAnswerMs = FIRST_ANSWER_MS,
): Promise<WorkspaceClusters> {
  const served = new Served(endpoint);
  try {
    await served.greet(firstAnswerMs);
    return served;
  } catch (error) {
    served.close();
    if (error instanceof RpcError) throw doesNotAnswer(endpoint, error.code);
    throw error;
  }
}

function doesNotAnswer(endpoint: string, code: string): WorkspaceError {
  return new WorkspaceError(
    `the process that serves the workspace at ${endpoint} does not answer (${code})`,
    'If it was suspended, let it go on (`fg`, `kill -CONT`); else stop it.',
  );
}

class Served implements WorkspaceClusters {
  readonly notices = [];
  readonly isDurable = true;
  readonly #endpoint: string;
  readonly #connection: Connection;
  #state: ServingState = {
    now_us: 0,
    is_realtime: false,
    current_cluster: '',
    clusters: [],
    real_clusters: [],
  };
  /** When that was told, by this process's clock. */
  #toldAtMs = 0;
  #isGone = false;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
    this.#connection = new Connection(endpoint);
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  transport(cluster: string): Transport {
    return {
      call: (method, target, request, timeoutMs) => this.#call(cluster, method, target, request, timeoutMs),
      sleep: (ms) => this.sleep(ms),
      now: () => this.#nowMs(),
      runsByItself: () => this.#state.is_realtime,
      close: async () => {},
    };
  }

  currentCluster(): string {
    return this.#state.current_cluster;
  }

  clusters(): string[] {
    return [...this.#state.clusters];
  }

  realClusters(): readonly RealCluster[] {
    return this.#state.real_clusters;
  }

  /** Learns what is served, and at what time, of one that says soon that it is there. */
  async greet(withinMs: number): Promise<void> {
    await Promise.all([greet(this.#connection, withinMs), this.sleep(0)]);
  }

  /** Lets the time of the served clusters pass, in milliseconds. */
  async sleep(ms: number): Promise<void> {
    this.#learn(await this.#send(sleepServed, { duration_us: ms * 1000 }));
  }

  #learn(state: ServingState): void {
    this.#state = state;
    this.#toldAtMs = performance.now();
  }

  /** Where the time goes on by itself, it has done so since it was told. */
  #nowMs(): number {
    const { now_us, is_realtime } = this.#state;
    return Math.floor(now_us / 1000 + (is_realtime ? performance.now() - this.#toldAtMs : 0));
  }

  // What is answered is durable, and the workspace is the serving process's to hold.
  sync(): void {}
  suspend(): void {}
  resume(): void {}

  close(): void {
    this.#connection.close();
  }

  async #call<Q, R>(
    cluster: string,
    method: RpcMethod<Q, R>,
    target: Target,
    request: Q,
    timeoutMs: number,
  ): Promise<R> {
    const call = callOf(cluster, method, target, request, timeoutMs);
    const response = await this.#send(callServed, call);
    if (response.state !== undefined) this.#learn(response.state);
    if (response.failure !== undefined) throw errorOf(response.failure);
    const reply = decoderOf(method.response)(new Reader(response.body ?? new Uint8Array()));
    return method.code === httpGet.code ? (this.#whole(reply as HttpGetResponse, timeoutMs) as R) : reply;
  }

  /** A long page comes in parts. */
  async #whole(page: HttpGetResponse, timeoutMs: number): Promise<HttpGetResponse> {
    const { status, body, rest } = page;
    const parts = [body];
    for (let next = rest; next !== undefined; ) {
      const part = await this.#call('', httpGetRest, { to: 'control' }, { rest: next }, timeoutMs);
      parts.push(part.body);
      next = part.rest;
    }
    return { status, body: parts.join('') };
  }

  /**
   * The serving process says itself when the time of a call is up. Where it does not it is busy, with the time of many
   * tables perhaps: it is waited for as long as it says that it is there.
   *
   * @throws WorkspaceError when it does not say so any more
   */
  async #send<Q, R>(method: RpcMethod<Q, R>, request: Q): Promise<R> {
    const answer = this.#connection.call({ method, request, timeoutMs: NEVER_MS, ...NOWHERE });
    try {
      while (!(await isSettledWithin(answer, ASKED_EVERY_MS))) await mustBeThere(this.#endpoint);
      return await answer;
    } catch (error) {
      this.#isGone ||= error instanceof RpcError && error.code === 'ERR_NETWORK_FAILURE';
      throw error;
    }
  }
}

function greet(connection: Connection, withinMs: number): Promise<unknown> {
  return connection.call({ method: greetServed, request: {}, timeoutMs: withinMs, ...NOWHERE });
}

/** It answers a greeting at once, whatever it is in the middle of. @throws WorkspaceError */
async function mustBeThere(endpoint: string): Promise<void> {
  const connection = new Connection(endpoint);
  try {
    await greet(connection, BUSY_MS);
  } catch (error) {
    throw error instanceof RpcError ? doesNotAnswer(endpoint, error.code) : error;
  } finally {
    connection.close();
  }
}

function isSettledWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    const settled = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(settled, settled);
  });
}

function callOf<Q>(
  cluster: string,
  { code, request: schema }: { code: string; request: StructType<Q> },
  target: Target,
  request: Q,
  timeoutMs: number,
): CallRequest {
  const writer = new Writer();
  encoderOf(schema)(writer, request);
  const isReplica = target.to === 'replica';
  return {
    cluster,
    target: target.to,
    server: isReplica ? target.server : '',
    gpid: isReplica ? target.gpid : NOWHERE.gpid,
    partition_hash: isReplica ? BigInt.asIntN(64, target.partitionHash) : 0n,
    timeout_us: Math.round(timeoutMs * 1000),
    code,
    body: new Uint8Array(writer.take()),
  };
}

/** The error that the call would have thrown in the serving process. */
function errorOf({ kind, code, message, hint }: NonNullable<CallResponse['failure']>): Error {
  if (kind === 'usage') return new UsageError(message, hint);
  if (kind === 'cluster') return new ClusterError(code, message, hint);
  return new RpcError(code, message, '', code === 'ERR_TIMEOUT');
}
