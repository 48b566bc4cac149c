import { ClusterError } from '../../errors.ts';
import { sanitize } from '../../output/sanitize.ts';
import { validateEnv } from '../../rpc/idl/app-envs.ts';
import type { AppInfo } from '../../rpc/idl/layer2.ts';
import type { ConfigurationUpdateAppEnvRequest } from '../../rpc/idl/table-settings.ts';
import type { Context, Plan } from '../command.ts';
import { SAMPLES } from './samples.ts';
import { tableNamed } from './table-plan.ts';

/** @throws ClusterError where there is no such table, or the new name is taken */
export async function planToRename(ctx: Context, from: string, to: string): Promise<Plan> {
  const app = await tableNamed(ctx.meta, from);
  await refuseTaken(ctx, to);
  return planOf(app, `rename table ${shown(app)} of cluster ${ctx.session.cluster} to ${sanitize(to)}`);
}

/**
 * @param newName '' = as before
 * @throws ClusterError where no dropped table has the id, or its name is taken
 */
export async function planToRecall(ctx: Context, id: number, newName: string): Promise<Plan> {
  const { infos } = await ctx.meta.listApps({ status: 'AS_DROPPED' });
  const app = infos.find(({ app_id }) => app_id === id);
  if (app === undefined)
    throw new ClusterError(
      'ERR_APP_NOT_EXIST',
      `no dropped table has the id ${id}`,
      'pegsh list-tables --drop shows those there are',
    );
  const name = newName === '' ? app.app_name : newName;
  await refuseTaken(ctx, name);
  return planOf(app, `recall table ${shown(app)} of cluster ${ctx.session.cluster} as ${sanitize(name)}`);
}

/** @throws ClusterError where there is no such table */
export async function planToSetReplicaCount(ctx: Context, table: string, count: number): Promise<Plan> {
  const app = await tableNamed(ctx.meta, table);
  const { partition_count, max_replica_count: before } = app;
  const [added, removed] = [Math.max(0, count - before), Math.max(0, before - count)];
  return {
    action: `set the replica count of table ${shown(app)} of cluster ${ctx.session.cluster} from ${before} to ${count}`,
    counts: {
      partitions: partition_count,
      replicas_added: added * partition_count,
      replicas_removed: removed * partition_count,
    },
    samples: [],
  };
}

/** @throws ClusterError where there is no such table */
export async function planToSetAtomicIdempotent(ctx: Context, table: string, wanted: boolean): Promise<Plan> {
  const app = await tableNamed(ctx.meta, table);
  const before = app.atomic_idempotent ?? false;
  return planOf(
    app,
    `set atomic_idempotent of table ${shown(app)} of cluster ${ctx.session.cluster} from ${before} to ${wanted}`,
  );
}

/** @throws ClusterError where there is no such table, the count is not twice its own, or it is being split already */
export async function planToSplit(ctx: Context, table: string, newCount: number): Promise<Plan> {
  const app = await tableNamed(ctx.meta, table);
  const { partition_count: count, max_replica_count } = app;
  if (newCount !== count * 2)
    throw new ClusterError('ERR_INVALID_PARAMETERS', `wrong partition_count, should be ${count * 2}`);
  if ((await ctx.meta.queryPartitionSplit({ app_name: table })).err === 'ERR_OK')
    throw new ClusterError('ERR_BUSY', `table '${table}' is being split already`);
  return {
    action: `split the partitions of table ${shown(app)} of cluster ${ctx.session.cluster}`,
    counts: { partitions: count, partitions_added: count, replicas_added: count * max_replica_count },
    samples: Array.from(
      { length: Math.min(count, SAMPLES) },
      (_, pidx) => `${pidx} into ${pidx} and ${pidx + count}`,
    ),
  };
}

/** @throws ClusterError where there is no such table, or its envs forbid it */
export async function planToCompact(ctx: Context, table: string): Promise<Plan> {
  const app = await tableNamed(ctx.meta, table);
  if (app.envs.get('manual_compact.disabled') === 'true')
    throw new ClusterError('ERR_OPERATION_DISABLED', `table '${sanitize(table)}' is not to be compacted`);
  const { partition_count, max_replica_count } = app;
  return {
    action: `compact the replicas of table ${shown(app)} of cluster ${ctx.session.cluster}`,
    counts: { partitions: partition_count, replicas: partition_count * max_replica_count },
    samples: ONCE.filter((key) => app.envs.has(key)).map(
      (key) => `${key} = ${app.envs.get(key)} is overwritten`,
    ),
  };
}

/** Envs that have a compaction begin. */
const ONCE = [
  'manual_compact.once.trigger_time',
  'manual_compact.once.target_level',
  'manual_compact.once.bottommost_level_compaction',
];

/**
 * What a split that is under way would lose, or wait with.
 *
 * @param parent -1 = all partitions
 * @throws ClusterError where there is no such table, or it is not being split
 */
export async function planToControlSplit(
  ctx: Context,
  table: string,
  verb: 'pause' | 'restart' | 'cancel',
  parent = -1,
): Promise<Plan> {
  const { err, status, hint_msg } = await ctx.meta.queryPartitionSplit({ app_name: table });
  if (err !== 'ERR_OK')
    throw new ClusterError(err, sanitize(hint_msg || `table '${table}' is not being split`));
  const concerned = [...status].filter(([pidx]) => parent < 0 || pidx === parent).sort(([a], [b]) => a - b);
  return {
    action: `${verb} the split of table ${sanitize(table)} of cluster ${ctx.session.cluster}`,
    counts: { partitions: concerned.length },
    samples: concerned.slice(0, SAMPLES).map(([pidx, state]) => `partition ${pidx}: ${state}`),
  };
}

type EnvUpdate = Omit<ConfigurationUpdateAppEnvRequest, 'app_name'>;

/** What would become of the envs of the table in use. @throws ClusterError where it is gone, or may not have such envs */
export async function planToUpdateEnvs(ctx: Context, update: EnvUpdate): Promise<Plan> {
  const app = await tableNamed(ctx.meta, ctx.session.table);
  const where = `the envs of table ${shown(app)} of cluster ${ctx.session.cluster}`;
  if (update.op === 'APP_ENV_OP_SET') return planToSetEnvs(app, update, where);
  const doomed = [...app.envs].filter(([key]) => isDeleted(key, update)).sort();
  return {
    action: `delete from ${where}`,
    counts: { deleted: doomed.length },
    samples: doomed.slice(0, SAMPLES).map(([key, value]) => sanitize(`${key} = ${value}`)),
  };
}

/** @throws ClusterError where a table may not have such an env */
function planToSetEnvs({ envs }: AppInfo, { keys = [], values = [] }: EnvUpdate, where: string): Plan {
  for (const [at, key] of keys.entries()) {
    const wrong = validateEnv(key, values[at] ?? '');
    if (wrong !== undefined) throw new ClusterError('ERR_INVALID_PARAMETERS', wrong);
  }
  const overwritten = keys.filter((key) => envs.has(key)).length;
  return {
    action: `set in ${where}`,
    counts: { added: keys.length - overwritten, overwritten },
    samples: keys
      .slice(0, SAMPLES)
      .map((key, at) => sanitize(`${key}: ${envs.get(key) ?? 'not set'} => ${values[at]}`)),
  };
}

/** A prefix ends at a dot ; an empty one is that of all keys. */
function isDeleted(key: string, { op, keys = [], clear_prefix = '' }: EnvUpdate): boolean {
  if (op === 'APP_ENV_OP_DEL') return keys.includes(key);
  return clear_prefix === '' || (key.startsWith(`${clear_prefix}.`) && key.length > clear_prefix.length + 1);
}

async function refuseTaken({ meta }: Context, name: string): Promise<void> {
  const { infos } = await meta.listApps({ status: 'AS_AVAILABLE' });
  if (infos.some(({ app_name }) => app_name === name))
    throw new ClusterError('ERR_INVALID_PARAMETERS', `there is a table '${name}' already`);
}

/** For what concerns all of a table and nothing that it holds. */
function planOf({ partition_count }: AppInfo, action: string): Plan {
  return { action, counts: { partitions: partition_count }, samples: [] };
}

function shown({ app_name, app_id }: AppInfo): string {
  return `${sanitize(app_name)} (id ${app_id})`;
}
