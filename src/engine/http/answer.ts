import { rpcAddressOf } from '../address.ts';
import type { Cluster } from '../cluster.ts';
import type { HttpReply } from './route.ts';
import { routeFor } from './routes.ts';
import { parseUrl, type Url } from './url.ts';

/** A request over HTTP, as it stands behind the server's address. */
export interface HttpAsked {
  /** `/config?name=ADDRESS`, each character a byte. */
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
  const parsed = parseUrl(url);
  if (typeof parsed === 'string') return { status: 400, body: `failed to parse request: ${parsed}` };
  const { path, args } = parsed;
  const route = routeFor(path, cluster.node(node).role);
  if (route === undefined) return { status: 404, body: `service not found for "${path}"` };
  const { takes, needsLeader } = route;
  if (takes !== undefined && [...args.keys()].some((name) => !takes.includes(name)))
    return { status: 400, body: '' };
  const { leader } = cluster.record;
  if (!needsLeader || leader === node) return route.handle({ cluster, node, args, method, body, outward });
  if (leader === '') return { status: 500, body: '' };
  return { status: 307, body: '', location: `http://${outward(rpcAddressOf(leader))}/${queried(parsed)}` };
}

/** As `redirect_if_not_primary` writes it: decoded, with a `=` behind a flag, what came last first. */
function queried({ path, args }: Url): string {
  const pairs = [...args].reverse().map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}
