import type { MoveOperation } from '../operation.ts';
import { type Step, sendProposal } from '../proposal.ts';
import type { World } from '../world.ts';

/** Members of a partition, and servers that are none. */
interface Places {
  readonly primary: string;
  readonly secondary: string;
  readonly other: string;
}

/** Moves a partition by hand, as `balance` does, or changes its members, as `propose` does. */
export async function applyMove(world: World, operation: MoveOperation): Promise<void> {
  const { cluster, table, how, choice } = operation;
  const partitions = await world.partitionsOf(cluster, table);
  const partition = partitions[operation.partition % partitions.length];
  if (partition === undefined) return;
  const { pid, hp_primary: primary = '', hp_secondaries: secondaries = [] } = partition;
  const { nodes } = await world.control.listNodes({ name: cluster });
  const others = nodes
    .filter(({ role, node }) => role === 'replica' && node !== primary && !secondaries.includes(node))
    .map(({ node }) => node);
  const chosen = (from: readonly string[]) => from[choice % from.length] ?? '';
  const steps = stepsOf(how, { primary, secondary: chosen(secondaries), other: chosen(others) });
  if (steps.some(({ target, node }) => target === '' || node === '')) return;
  world.lines.set(operation, lineOf(how, `${pid.app_id}.${pid.partition_index}`, steps));
  await sendProposal(world, cluster, pid, steps);
}

/** What each way consists of (`rebalance.cpp`). */
function stepsOf(how: MoveOperation['how'], { primary, secondary, other }: Places): Step[] {
  const leaves: Step = { type: 'CT_DOWNGRADE_TO_SECONDARY', target: primary, node: primary };
  const leads = (node: string): Step => ({ type: 'CT_UPGRADE_TO_PRIMARY', target: node, node });
  const joins: Step = { type: 'CT_ADD_SECONDARY_FOR_LB', target: primary, node: other };
  switch (how) {
    case 'move_pri':
      return [leaves, leads(secondary)];
    case 'copy_pri':
      return [joins, leaves, leads(other)];
    case 'copy_sec':
      return [joins, { type: 'CT_DOWNGRADE_TO_INACTIVE', target: primary, node: secondary }];
    case 'ADD_SECONDARY':
      return [{ type: 'CT_ADD_SECONDARY', target: primary, node: other }];
    case 'DOWNGRADE_TO_INACTIVE':
      return [{ type: 'CT_DOWNGRADE_TO_INACTIVE', target: primary, node: secondary }];
    case 'REMOVE':
      return [{ type: 'CT_REMOVE', target: primary, node: secondary }];
  }
}

/** The same for the C++ shell. */
function lineOf(how: MoveOperation['how'], gpid: string, steps: readonly Step[]): string {
  const [first, last] = [steps[0], steps.at(-1)] as [Step, Step];
  if (steps.length === 1) return `propose -g ${gpid} -p ${how} -t ${first.target} -n ${first.node}`;
  const [from, to] = how === 'copy_sec' ? [last.node, first.node] : [first.target, last.node];
  return `balance -g ${gpid} -p ${how} -f ${from} -t ${to}`;
}
