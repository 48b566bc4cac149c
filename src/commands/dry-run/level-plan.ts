import * as v from 'valibot';
import { isWhole, partitionsOf } from '../../operations/conditions.ts';
import type { MetaFunctionLevel } from '../../rpc/idl/cluster.ts';
import type { Context, Plan } from '../command.ts';

/** How the meta server tells what its balancer found in the last round. */
const movesSchema = v.object({ move_pri: v.number(), copy_pri: v.number(), copy_sec: v.number() });

/** From which level to which, and what there is for a meta server to do: to cure (steady), to move (lively). */
export async function planToSetLevel(ctx: Context, level: MetaFunctionLevel): Promise<Plan> {
  const { old_level } = await ctx.meta.controlMeta({ level: 'fl_invalid' });
  const partitions = await partitionsOf(ctx.meta, undefined);
  const unhealthy_partitions = partitions.filter((one) => !isWhole(one)).length;
  return {
    action: `set the meta level of cluster ${ctx.session.cluster} from ${old_level} to ${level}`,
    counts: { unhealthy_partitions, ...(await foundMoves(ctx)) },
    samples: [],
  };
}

async function foundMoves({ meta }: Context): Promise<Readonly<Record<string, number>>> {
  const { keys, values } = await meta.clusterInfo({});
  const told = values[keys.indexOf('balance_operation_count')] ?? '';
  const moves = v.safeParse(v.pipe(v.string(), v.parseJson(), movesSchema), told);
  return moves.success ? moves.output : {};
}
