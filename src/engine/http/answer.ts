import { rpcAddressOf } from '../address.ts';
import type { Cluster } from '../cluster.ts';
import { type HttpReply, routeFor } from './routes.ts';

/** A request over HTTP, as it stands behind the server's address. */
export interface HttpAsked {
  /** `/config?name=ADDRESS` */
  readonly url: string;
  readonly method: string;
  /** Of a POST. */
  readonly body: string;
}

/**
 * What a running server answers to HTTP (`src/http/http_server.cpp`).
 *
 * @param outward a text with the servers' names as the client knows them
 */
export function answerHttp(
  cluster: Cluster,
  node: string,
  { url, method, body }: HttpAsked,
  outward: (text: string) => string,
): HttpReply {
  const [rawPath = '', rawQuery = ''] = url.split('?', 2);
  const args = argumentsOf(rawQuery);
  if (typeof args === 'string') return { status: 400, body: `failed to parse request: ${args}` };
  const path = decoded(rawPath).split('/').filter(Boolean).join('/');
  const route = routeFor(path, cluster.node(node).role);
  if (route === undefined) return { status: 404, body: `service not found for "${path}"` };
  const { leader } = cluster.record;
  if (route.needsLeader && leader !== node) {
    const query = rawQuery === '' ? '' : `?${rawQuery}`;
    const location = `http://${outward(rpcAddressOf(leader))}/${path}${query}`;
    return leader === '' ? { status: 500, body: '' } : { status: 307, body: '', location };
  }
  return route.handle({ cluster, node, args, method, body, outward });
}

/** @returns what is wrong, where it is */
function argumentsOf(query: string): Map<string, string> | string {
  const args = new Map<string, string>();
  for (const part of query.split('&').filter(Boolean)) {
    const [name = '', value = ''] = part.split('=', 2).map(decoded);
    if (args.has(name)) return `duplicate parameter: ${name}`;
    args.set(name, value);
  }
  return args;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
