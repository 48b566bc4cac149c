import { ClusterError } from '../../errors.ts';
import { sanitize } from '../../output/sanitize.ts';
import type { Context, Plan } from '../command.ts';
import { SAMPLES } from './samples.ts';
import { countRows, tableNamed } from './table-plan.ts';

/**
 * What a bulk load may overwrite: every row, as nobody has looked into its files.
 *
 * @param files where they are, as they were named
 * @throws ClusterError where there is no such table, or it is being loaded already
 */
export async function planToLoad(ctx: Context, table: string, files: string): Promise<Plan> {
  const app = await tableNamed(ctx.meta, table);
  if (app.is_bulk_loading === true)
    throw new ClusterError('ERR_BUSY', `table '${sanitize(table)}' is being loaded already`);
  const { rows, samples } = await countRows(await ctx.data.table(table).fullScan({}));
  return {
    action: `load files of ${sanitize(files)} into ${named(ctx, table)}`,
    counts: { partitions: app.partition_count, rows_that_may_be_overwritten: rows },
    samples,
  };
}

/** @throws ClusterError where there is no such table, or it is not being loaded */
export async function planToControlLoad(
  ctx: Context,
  table: string,
  verb: 'pause' | 'restart' | 'cancel',
): Promise<Plan> {
  const load = await loadOf(ctx, table);
  if (load.is_bulk_loading !== true)
    throw new ClusterError('ERR_INACTIVE_STATE', `table '${sanitize(table)}' is not being loaded`);
  return { action: `${verb} the bulk load of ${named(ctx, table)}`, ...statusesOf(load.partitions_status) };
}

/** @throws ClusterError where there is no such table */
export async function planToClearLoad(ctx: Context, table: string): Promise<Plan> {
  const load = await loadOf(ctx, table);
  return {
    action: `forget how the last bulk load of ${named(ctx, table)} ended`,
    ...statusesOf(load.partitions_status),
  };
}

async function loadOf({ meta }: Context, table: string) {
  const load = await meta.queryBulkLoad({ app_name: table });
  if (load.err === 'ERR_OK') return load;
  throw new ClusterError(load.err, sanitize(load.hint_msg ?? `there is no table '${table}'`));
}

function statusesOf(statuses: readonly string[]): Pick<Plan, 'counts' | 'samples'> {
  return {
    counts: { partitions: statuses.length },
    samples: statuses.slice(0, SAMPLES).map((status, pidx) => `partition ${pidx}: ${status}`),
  };
}

function named({ session }: Context, table: string): string {
  return `table ${sanitize(table)} of cluster ${session.cluster}`;
}
