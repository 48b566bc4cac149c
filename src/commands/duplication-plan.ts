import { ClusterError } from '../errors.ts';
import type { DuplicationEntry } from '../rpc/idl/duplication.ts';
import type { Context, Plan } from './command.ts';

/** What is lost with a duplication: where it is. @throws ClusterError where there is none of that id */
export async function planToRemoveDuplication(
  { meta, session }: Context,
  table: string,
  dupid: number,
): Promise<Plan> {
  const { entry_list } = await meta.queryDuplication({ app_name: table });
  const entry = entry_list.find((one) => one.dupid === dupid);
  if (entry === undefined)
    throw new ClusterError('ERR_OBJECT_NOT_FOUND', `table '${table}' has no duplication ${dupid}`);
  const progress = [...confirmedDecrees(entry)].sort(([a], [b]) => a - b);
  const to = `${entry.remote}/${entry.remote_app_name ?? table}`;
  return {
    action: `remove duplication ${dupid} of table ${table} of cluster ${session.cluster} to ${to} (${entry.status})`,
    counts: { partitions: progress.length },
    samples: progress
      .slice(0, 5)
      .map(
        ([pidx, decree]) =>
          `partition ${pidx}: ${decree < 0 ? 'nothing was shipped yet' : `shipping would end at decree ${decree}`}`,
      ),
  };
}

/** By partition; older meta servers tell nothing else of it. */
function confirmedDecrees({ partition_states, progress }: DuplicationEntry): Iterable<[number, number]> {
  const states = [...(partition_states ?? [])];
  if (states.length === 0) return progress ?? [];
  return states.map(([pidx, { confirmed_decree }]) => [pidx, confirmed_decree]);
}
