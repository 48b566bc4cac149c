import type { Command } from '../rpc/idl/arguments.ts';
import { servesAnyone } from './access.ts';
import { serverOf } from './address.ts';
import type { Cluster } from './cluster.ts';
import { metaHandler } from './meta/handlers.ts';
import type { MetaServer } from './meta/meta-server.ts';
import { answer } from './meta/staging.ts';
import { CallFailure, callFromClient, type Endpoint } from './network.ts';
import { answerCommand } from './remote-commands/index.ts';
import { adminHandler } from './replica/admin-handlers.ts';
import { serveData } from './replica/handlers.ts';
import type { ReplicaServer } from './replica/replica-server.ts';
import { type Request, refuse, refuseInReply, type Served } from './request.ts';

/** What the client gets: what the server made of its request, or nothing in time. */
export type Outcome = Served | { readonly err: 'ERR_TIMEOUT'; readonly isUnanswered: true };

/** Sends a request to a server; one that does not run, or that crashes over it, is a network failure. */
export function serve(cluster: Cluster, node: string, request: Request): Outcome {
  if (request.code === COMMAND) {
    const server = serverOf(undefined, node);
    return serveOnAny(cluster, server, request, () =>
      answerCommand(cluster, server, request.body as Command, request.timeoutUs),
    );
  }
  const replicaServer = cluster.replicaServer(node);
  if (replicaServer !== undefined) return send(replicaServer, request, onReplica);
  const { meta } = cluster;
  if (meta?.node === node) return send(meta, request, onMeta);
  return refuse(cluster.isRunning(node) ? 'ERR_FORWARD_TO_OTHERS' : 'ERR_NETWORK_FAILURE');
}

const COMMAND = 'RPC_CLI_CLI_CALL';

/** What every server that runs answers, leading or not. */
export function serveOnAny(cluster: Cluster, node: string, request: Request, handle: () => Served): Outcome {
  const { meta } = cluster;
  const endpoint = cluster.replicaServer(node) ?? (meta?.node === node ? meta : undefined);
  if (endpoint !== undefined) return send(endpoint, request, handle);
  return cluster.isRunning(node) ? handle() : refuse('ERR_NETWORK_FAILURE');
}

function onMeta(meta: MetaServer, { code, body }: Request): Served {
  const handler = metaHandler(code);
  if (handler === undefined) return refuse('ERR_HANDLER_NOT_FOUND');
  if (meta.process.recovering && code !== 'RPC_CM_START_RECOVERY') return refuseInReply('ERR_UNDER_RECOVERY');
  if (!servesAnyone(meta, code)) return refuseInReply('ERR_ACL_DENY');
  return answer(meta, code, handler(meta, body));
}

function onReplica(server: ReplicaServer, request: Request): Served {
  if (request.gpid.app_id > 0) return serveData(server, request);
  const handler = adminHandler(request.code);
  if (handler === undefined) return refuse('ERR_HANDLER_NOT_FOUND');
  return { err: 'ERR_OK', reply: handler(server, request.body), waitedUs: 0 };
}

/** Over the network, with the time that it takes. */
function send<E extends Endpoint>(
  to: E,
  request: Request,
  handle: (to: E, request: Request) => Served,
): Outcome {
  try {
    const { value, latencyUs } = callFromClient(to, request, handle, request.timeoutUs);
    return latencyUs === 0 ? value : { ...value, waitedUs: value.waitedUs + latencyUs };
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return error.code === 'ERR_TIMEOUT' ? { err: 'ERR_TIMEOUT', isUnanswered: true } : refuse(error.code);
  }
}
