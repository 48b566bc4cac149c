import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { Context } from '../../command.ts';
import { refuseAny } from './meta-call.ts';
import { callFailed, type Server, serversAlive, TIMEOUT_MS } from './servers.ts';

export interface Counter {
  /** `replica*app.pegasus*get_qps@2.0` */
  readonly name: string;
  readonly value: number;
}

export interface NodeCounters {
  readonly server: Server;
  readonly counters: readonly Counter[];
}

/**
 * The performance counters of a server whose names have this in them (`collector/aggregate/perf_session.go`): none of a
 * server of Pegasus as of 2.6, which has metrics instead.
 *
 * @throws RpcError
 */
export async function perfCounters({ servers }: Context, { node }: Server, part: string): Promise<Counter[]> {
  const text = await servers.command(node, 'perf-counters-by-substr', [part], TIMEOUT_MS);
  const { counters } = JSON.parse(text) as { counters: readonly { name: string; value: unknown }[] };
  return counters.map(({ name, value }) => ({ name, value: Number(value) }));
}

/** Those of all replica servers that live. @throws Refusal */
export async function allPerfCounters(ctx: Context, part: string, before = ''): Promise<NodeCounters[]> {
  const failures: string[] = [];
  const asked = (await serversAlive(ctx)).map(async (server) => {
    try {
      return { server, counters: await perfCounters(ctx, server, part) };
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      failures.push(`failed on node(${server.address}): ${callFailed(error, server.address)}`);
      return { server, counters: [] };
    }
  });
  const all = await Promise.all(asked);
  refuseAny(failures, 'ERR_TIMEOUT', before);
  return all;
}
