import { ClusterError } from '../../../errors.ts';
import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { ConfigType, ConfigurationProposalAction } from '../../../rpc/idl/configuration.ts';
import type { Context, Plan } from '../../command.ts';
import type { Gpid } from './gpid.ts';
import { addressOf } from './node.ts';

/** What one server is asked to do for a partition; '' = the primary, whoever it is then. */
export interface Step {
  readonly target: string;
  readonly node: string;
  readonly type: ConfigType;
}

/** The answer to a proposal, or the transport's failure: a code, which is shown as it is. */
export async function sendProposal(
  { meta }: Context,
  gpid: Gpid,
  steps: readonly Step[],
  force: boolean,
): Promise<string> {
  const action_list = await Promise.all(steps.map(actionOf));
  const sent = meta.proposeBalancer({ gpid: { ...gpid }, action_list, force });
  return sent.then(
    ({ err }) => err,
    (error: unknown) => {
      if (error instanceof RpcError) return error.code;
      throw error;
    },
  );
}

async function actionOf({ target, node, type }: Step): Promise<ConfigurationProposalAction> {
  const address = async (name: string) => (name === '' ? '' : ((await addressOf(name)) ?? ''));
  return {
    target: await address(target),
    node: await address(node),
    type,
    hp_target: target,
    hp_node: node,
  };
}

/** What a partition's servers would be asked to do. @throws ClusterError where there is no such partition */
export async function planToPropose(ctx: Context, gpid: Gpid, steps: readonly Step[]): Promise<Plan> {
  const { infos } = await ctx.meta.listApps({ status: 'AS_AVAILABLE' });
  const app = infos.find(({ app_id }) => app_id === gpid.app_id);
  const name = `${gpid.app_id}.${gpid.partition_index}`;
  if (app === undefined || gpid.partition_index >= app.partition_count)
    throw new ClusterError(
      'ERR_OBJECT_NOT_FOUND',
      `there is no partition ${name}`,
      'pegsh ls shows the tables',
    );
  const { partitions } = await ctx.meta.queryConfig({
    app_name: app.app_name,
    partition_indices: [gpid.partition_index],
  });
  const [partition] = partitions;
  const { hp_primary: primary = '', hp_secondaries: secondaries = [] } = partition ?? {};
  return {
    action: `change who holds partition ${name} (table ${app.app_name}) of cluster ${ctx.session.cluster}`,
    counts: { steps: steps.length },
    samples: [
      `now primary ${primary || 'none'}, secondaries ${secondaries.join(', ') || 'none'}`,
      ...steps.map(({ target, node, type }) => `${target || primary || 'the primary'}: ${type} ${node}`),
    ],
  };
}
