import type { StructType } from './idl/schema.ts';

/** One RPC code with the schemas of its two messages; who serves it decides where a call is sent. */
export interface RpcMethod<Q, R> {
  readonly code: string;
  readonly server: 'meta' | 'replica' | 'control';
  readonly request: StructType<Q>;
  readonly response: StructType<R>;
}

/** The request and the response. */
type Messages<Q, R> = readonly [StructType<Q>, StructType<R>];

export function metaMethod<Q, R>(code: string, messages: () => Messages<Q, R>): RpcMethod<Q, R> {
  return new Method(code, 'meta', messages);
}

export function replicaMethod<Q, R>(code: string, messages: () => Messages<Q, R>): RpcMethod<Q, R> {
  return new Method(code, 'replica', messages);
}

/** What Pegasus has no RPC for: answered by the local engine and by a serving process, never by a real cluster. */
export function controlMethod<Q, R>(
  code: string,
  request: StructType<Q>,
  response: StructType<R>,
): RpcMethod<Q, R> {
  return { code, server: 'control', request, response };
}

/** Its messages are looked at when somebody needs them: most commands call few of all methods. */
class Method<Q, R> implements RpcMethod<Q, R> {
  readonly code: string;
  readonly server: RpcMethod<Q, R>['server'];
  readonly #messages: () => Messages<Q, R>;
  #known: Messages<Q, R> | undefined;

  constructor(code: string, server: RpcMethod<Q, R>['server'], messages: () => Messages<Q, R>) {
    this.code = code;
    this.server = server;
    this.#messages = messages;
  }

  get request(): StructType<Q> {
    return this.#both[0];
  }

  get response(): StructType<R> {
    return this.#both[1];
  }

  get #both(): Messages<Q, R> {
    this.#known ??= this.#messages();
    return this.#known;
  }
}
