import type { Gpid } from '../idl/schema.ts';
import type { RpcMethod } from '../method.ts';

/** Where a call goes. A transport finds the leading meta server by itself. */
export type Target =
  | { readonly to: 'meta' }
  | { readonly to: 'replica'; readonly server: string; readonly gpid: Gpid; readonly partitionHash: bigint }
  | { readonly to: 'control' };

/** How requests reach a cluster: a function call into the local engine, or a socket. */
export interface Transport {
  /**
   * Sends one request and returns the reply's body.
   *
   * @param timeoutMs how long the caller waits, in milliseconds of the cluster's own time
   * @throws RpcError when no reply body came back: `ERR_TIMEOUT`, `ERR_NETWORK_FAILURE`, `ERR_INVALID_STATE` …
   */
  call<Q, R>(method: RpcMethod<Q, R>, target: Target, request: Q, timeoutMs: number): Promise<R>;
  /** Lets the cluster's time pass: a real wait on a socket, a move of the clock on the local engine. */
  sleep(ms: number): Promise<void>;
  /** The cluster's time, in milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Whether its time goes on by itself, so that calls can be on their way at once. Elsewhere only calls and sleeps move
   * it, one after another.
   */
  runsByItself(): boolean;
  close(): Promise<void>;
}

/** A call that brought no reply body, with Pegasus's error code. */
export class RpcError extends Error {
  readonly code: string;
  readonly method: string;
  /** Whether the request may have been carried out all the same, for all that the caller knows. */
  readonly isUndecided: boolean;

  constructor(code: string, method: string, detail = '', isUndecided = false) {
    super(detail === '' ? `${method}: ${code}` : `${method}: ${code}: ${detail}`);
    this.name = 'RpcError';
    this.code = code;
    this.method = method;
    this.isUndecided = isUndecided;
  }
}
