import * as v from 'valibot';
import type { MetaFunctionLevel } from '../rpc/idl/cluster.ts';
import type { Context, Plan } from './command.ts';

/** How the meta server tells what its balancer found in the last round. */
const movesSchema = v.object({ move_pri: v.number(), copy_pri: v.number(), copy_sec: v.number() });

/** From which level to which, and what there is for a meta server to do: to cure (steady), to move (lively). */
export async function planToSetLevel(ctx: Context, level: MetaFunctionLevel): Promise<Plan> {
  const { old_level } = await ctx.meta.controlMeta({ level: 'fl_invalid' });
  return {
    action: `set the meta level of cluster ${ctx.session.cluster} from ${old_level} to ${level}`,
    counts: { unhealthy_partitions: await unhealthyPartitions(ctx), ...(await foundMoves(ctx)) },
    samples: [],
  };
}

async function unhealthyPartitions({ meta }: Context): Promise<number> {
  const { infos } = await meta.listApps({ status: 'AS_AVAILABLE' });
  let unhealthy = 0;
  for (const { app_name } of infos) {
    const { partitions } = await meta.queryConfig({ app_name, partition_indices: [] });
    unhealthy += partitions.filter(
      ({ primary, secondaries, hp_primary, max_replica_count }) =>
        (hp_primary ?? primary) === '' || secondaries.length + 1 < max_replica_count,
    ).length;
  }
  return unhealthy;
}

async function foundMoves({ meta }: Context): Promise<Readonly<Record<string, number>>> {
  const { keys, values } = await meta.clusterInfo({});
  const told = values[keys.indexOf('balance_operation_count')] ?? '';
  const moves = v.safeParse(v.pipe(v.string(), v.parseJson(), movesSchema), told);
  return moves.success ? moves.output : {};
}
