import type { StructType } from './idl/schema.ts';

/** One RPC code with the schemas of its two messages; who serves it decides where a call is sent. */
export interface RpcMethod<Q, R> {
  readonly code: string;
  readonly server: 'meta' | 'replica' | 'control';
  readonly request: StructType<Q>;
  readonly response: StructType<R>;
}

export function metaMethod<Q, R>(
  code: string,
  request: StructType<Q>,
  response: StructType<R>,
): RpcMethod<Q, R> {
  return { code, server: 'meta', request, response };
}

export function replicaMethod<Q, R>(
  code: string,
  request: StructType<Q>,
  response: StructType<R>,
): RpcMethod<Q, R> {
  return { code, server: 'replica', request, response };
}

/** What Pegasus has no RPC for: answered by the local engine and by a serving process, never by a real cluster. */
export function controlMethod<Q, R>(
  code: string,
  request: StructType<Q>,
  response: StructType<R>,
): RpcMethod<Q, R> {
  return { code, server: 'control', request, response };
}
