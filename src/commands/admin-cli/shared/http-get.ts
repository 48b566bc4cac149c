import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { Context } from '../../command.ts';
import { type Server, TIMEOUT_MS } from './servers.ts';

/** A body, or what went wrong. */
export type Fetched = { readonly body: string } | { readonly failure: string };

/** Asks a server over HTTP; what goes wrong is told in the words of Go (`util/http_client.go`). */
export async function httpGet({ servers }: Context, server: Server, path: string): Promise<Fetched> {
  const url = `http://${server.address}${path}`;
  const failed = (why: string): Fetched => ({ failure: `failed to call "${url}": ${why}` });
  try {
    const { status, body } = await servers.get(server.node, path, TIMEOUT_MS);
    return status === 200 ? { body } : failed(`code=${status}`);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return failed(`Get "${url}": ${networkError(error, server)}`);
  }
}

function networkError({ code }: RpcError, { address }: Server): string {
  return code === 'ERR_TIMEOUT'
    ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
    : `dial tcp ${address}: connect: connection refused`;
}
