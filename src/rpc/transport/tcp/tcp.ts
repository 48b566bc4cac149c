import { notOnRealCluster } from '../../../errors.ts';
import { threadHashOf } from '../../codec/thft.ts';
import { type HttpGetRequest, type HttpGetResponse, httpGet } from '../../idl/http.ts';
import type { RpcMethod } from '../../method.ts';
import type { Target, Transport } from '../transport.ts';
import { Connections } from './connections.ts';
import { MetaGroup } from './meta-group.ts';
import { REAL_TIME } from './real-time.ts';

/**
 * The transport to a cluster that listens on sockets: Apache Pegasus, or a `pegsh serve`.
 *
 * @param metas `host:port` of its meta servers, one at least
 */
export function tcpTransport(metas: readonly string[], time = REAL_TIME): Transport {
  const connections = new Connections();
  const group = new MetaGroup(connections, metas, time);
  return {
    async call<Q, R>(method: RpcMethod<Q, R>, target: Target, request: Q, timeoutMs: number): Promise<R> {
      if (target.to === 'control')
        throw notOnRealCluster('it needs the local engine: leave --meta (PEGSH_META) out');
      if (target.to === 'meta') return group.call(method, request, timeoutMs);
      const { server, gpid, partitionHash } = target;
      if (method.code === httpGet.code)
        return getOver(server, request as HttpGetRequest, timeoutMs) as Promise<R>;
      const route = { gpid, partitionHash, threadHash: threadHashOf(gpid) };
      return connections.to(server).call({ method, request, timeoutMs, ...route });
    },
    sleep: time.sleep,
    now: time.now,
    runsByItself: () => time.runsByItself,
    close: async () => connections.close(),
  };
}

/** Loaded where it is needed: most commands have no use for it. */
async function getOver(
  server: string,
  { path }: HttpGetRequest,
  timeoutMs: number,
): Promise<HttpGetResponse> {
  const { getOverTcp } = await import('./http-get.ts');
  return getOverTcp(server, path, timeoutMs);
}
