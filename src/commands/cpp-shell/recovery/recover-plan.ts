import { ClusterError } from '../../../errors.ts';
import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { Context, Plan } from '../../command.ts';
import { SAMPLES } from '../../dry-run/samples.ts';

const TIMEOUT_MS = 5000;

/**
 * Whose replicas a recovery would make the tables of. What those are no server tells a client.
 *
 * @throws ClusterError where nothing is to be recovered, or a server that may not be skipped does not answer
 */
export async function planToRecover(
  ctx: Context,
  nodes: readonly string[],
  skipBadNodes: boolean,
): Promise<Plan> {
  await mustHaveLostItsState(ctx);
  const answers = await Promise.all(nodes.map((node) => answersAt(ctx, node)));
  const bad = nodes.filter((_, at) => !answers[at]);
  if (bad.length > 0 && !skipBadNodes)
    throw new ClusterError('ERR_TRY_AGAIN', `${bad[0]} does not answer`, 'with -b it would be skipped');
  const good = nodes.filter((_, at) => answers[at]);
  return {
    action: `make the tables of cluster ${ctx.session.cluster} anew from what its replica servers hold`,
    counts: { servers: good.length, servers_skipped: bad.length },
    samples: good.slice(0, SAMPLES),
  };
}

/** @throws ClusterError where a meta server serves */
async function mustHaveLostItsState({ meta }: Context): Promise<void> {
  const { err } = await meta.listApps({ status: 'AS_INVALID' });
  if (err !== 'ERR_UNDER_RECOVERY')
    throw new ClusterError('ERR_SERVICE_ALREADY_RUNNING', 'the meta server has its state: nothing is lost');
}

async function answersAt({ servers }: Context, node: string): Promise<boolean> {
  try {
    await servers.command(node, 'server-info', [], TIMEOUT_MS);
    return true;
  } catch (error) {
    if (error instanceof RpcError) return false;
    throw error;
  }
}
