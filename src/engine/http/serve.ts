import type { HttpGetRequest } from '../../rpc/idl/http.ts';
import { serverOf } from '../address.ts';
import type { Cluster } from '../cluster.ts';
import type { Request } from '../request.ts';
import { type Outcome, serveOnAny } from '../serve.ts';
import { allOf } from '../steps.ts';
import { answerHttp } from './answer.ts';

/** A GET that comes as a call, not over a socket (`httpGet`): nothing is between the client and the servers. */
export function serveHttp(cluster: Cluster, server: string, request: Request): Outcome {
  const node = serverOf(undefined, server);
  const { path } = request.body as HttpGetRequest;
  return serveOnAny(cluster, node, request, () => {
    const asked = { url: Buffer.from(path).toString('latin1'), method: 'GET', body: '' };
    const { status, body } = answerHttp(cluster, node, asked, (text) => text);
    const reply = { status, body: typeof body === 'string' ? body : allOf(body) };
    return { err: 'ERR_OK', reply, waitedUs: 0 };
  });
}
