import type { HttpGetRequest } from '../../rpc/idl/http.ts';
import { serverOf } from '../address.ts';
import type { Cluster } from '../cluster.ts';
import type { Request } from '../request.ts';
import { type Outcome, serveOnAny } from '../serve.ts';
import { answerHttp } from './answer.ts';
import type { HttpReply, Pieces } from './route.ts';

/** A GET that comes as a call, not over a socket (`httpGet`): nothing is between the client and the servers. */
export function serveHttp(cluster: Cluster, server: string, request: Request): Outcome {
  const outcome = beginHttp(cluster, server, request);
  if (!('reply' in outcome)) return outcome;
  const { status, body } = outcome.reply as HttpReply;
  return { ...outcome, reply: { status, body: typeof body === 'string' ? body : textOf(body) } };
}

function textOf(pieces: Pieces): string {
  let text = '';
  for (const piece of pieces) text += piece ?? '';
  return text;
}

/** The same; the reply is an `HttpReply`, whose body is still to be made where it may be long. */
export function beginHttp(cluster: Cluster, server: string, request: Request): Outcome {
  const node = serverOf(undefined, server);
  const { path } = request.body as HttpGetRequest;
  return serveOnAny(cluster, node, request, () => {
    const asked = { url: Buffer.from(path).toString('latin1'), method: 'GET', body: '' };
    return { err: 'ERR_OK', reply: answerHttp(cluster, node, asked, (text) => text), waitedUs: 0 };
  });
}
