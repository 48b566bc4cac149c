import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { ConfigType, ConfigurationProposalAction } from '../../../rpc/idl/configuration.ts';
import type { Context } from '../../command.ts';
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
