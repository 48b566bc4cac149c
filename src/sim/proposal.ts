import type { ConfigType } from '../rpc/idl/configuration.ts';
import type { Gpid } from '../rpc/idl/schema.ts';
import { answered, type World } from './world.ts';

/** What one server is asked to do for a partition; a target of '' is the primary, whoever it is then. */
export interface Step {
  readonly type: ConfigType;
  readonly target: string;
  readonly node: string;
}

/** Proposes steps to a meta server, one after another, or with `force` all at once. */
export async function sendProposal(
  world: World,
  cluster: string,
  gpid: Gpid,
  steps: readonly Step[],
  force = false,
): Promise<void> {
  const action_list = steps.map(({ type, target, node }) => ({
    type,
    target: addressOf(target),
    hp_target: target,
    node: addressOf(node),
    hp_node: node,
  }));
  await answered(world.of(cluster).meta.proposeBalancer({ gpid, action_list, force }));
}

function addressOf(node: string): string {
  return node.replace(/^localhost:/, '127.0.0.1:');
}
