import { ClusterError, UsageError } from '../../errors.ts';
import { preflight, readSide } from '../../operations/duplication-preflight.ts';
import type { Check } from '../../operations/preflight-check.ts';
import { sanitize } from '../../output/sanitize.ts';
import type { DuplicationEntry, DuplicationFailMode, DuplicationStatus } from '../../rpc/idl/duplication.ts';
import type { Context, Plan } from '../command.ts';
import { SAMPLES } from './samples.ts';
import { countRows, tableNamed } from './table-plan.ts';

/** A duplication that is to be. */
export interface NewDuplication {
  readonly table: string;
  readonly remote: string;
  readonly remoteTable: string;
  /** 0 = as many as the source has. */
  readonly remoteReplicas: number;
  /** Brings what the table holds already. */
  readonly isFull: boolean;
}

/**
 * What would be copied, and what speaks against it.
 *
 * @throws ClusterError where there is no such table or cluster, or its rows cannot be counted
 */
export async function planToAddDuplication(ctx: Context, added: NewDuplication): Promise<Plan> {
  const { table, remote, isFull } = added;
  const app = await tableNamed(ctx.meta, table);
  const from = `table ${sanitize(table)} (id ${app.app_id}) of cluster ${ctx.session.cluster}`;
  const { entry_list } = await ctx.meta.queryDuplication({ app_name: table });
  const there = entry_list.find((entry) => entry.remote === remote);
  if (there !== undefined)
    return {
      action: `leave duplication ${there.dupid} of ${from} to ${sanitize(remote)} as it is (${there.status})`,
      counts: { partitions: 0 },
      samples: [],
    };
  const rows = isFull ? (await countRows(await ctx.data.table(table).fullScan({}))).rows : 0;
  const against = (await checksBefore(ctx, added)).filter(({ ok }) => !ok);
  const what = isFull ? 'with what it holds' : 'from now on';
  return {
    action: `duplicate ${from} to ${sanitize(`${remote}/${added.remoteTable}`)}, ${what}`,
    counts: { partitions: app.partition_count, rows_copied: rows, obstacles: against.length },
    samples: against.slice(0, SAMPLES).map(({ name, consequence }) => `${name}: ${consequence}`),
  };
}

/** What `dup preflight` looks at; real clusters do not tell it. */
async function checksBefore(ctx: Context, added: NewDuplication): Promise<Check[]> {
  try {
    const here = await readSide(ctx.control, ctx.meta, ctx.session.cluster);
    const there = await readSide(ctx.control, ctx.cluster(added.remote).meta, added.remote);
    return preflight(here, there, added);
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}

/** What is lost with a duplication: where it is. @throws ClusterError where there is none of that id */
export async function planToRemoveDuplication(ctx: Context, table: string, dupid: number): Promise<Plan> {
  const entry = await duplicationOf(ctx, table, dupid);
  const progress = [...confirmedDecrees(entry)].sort(([a], [b]) => a - b);
  return {
    action: `remove ${shown(ctx, table, entry)}`,
    counts: { partitions: progress.length },
    samples: progress
      .slice(0, SAMPLES)
      .map(
        ([pidx, decree]) =>
          `partition ${pidx}: ${decree < 0 ? 'nothing was shipped yet' : `shipping would end at decree ${decree}`}`,
      ),
  };
}

/** @throws ClusterError where there is none of that id */
export async function planToSetDuplicationStatus(
  ctx: Context,
  table: string,
  dupid: number,
  status: DuplicationStatus,
): Promise<Plan> {
  if (status === 'DS_REMOVED') return planToRemoveDuplication(ctx, table, dupid);
  const entry = await duplicationOf(ctx, table, dupid);
  const verb = status === 'DS_PAUSE' ? 'pause' : 'start';
  return { action: `${verb} ${shown(ctx, table, entry)}`, counts: {}, samples: [] };
}

/** @throws ClusterError where there is none of that id */
export async function planToSetFailMode(
  ctx: Context,
  table: string,
  dupid: number,
  mode: DuplicationFailMode,
): Promise<Plan> {
  const entry = await duplicationOf(ctx, table, dupid);
  return {
    action: `set the fail mode of ${shown(ctx, table, entry)} from ${entry.fail_mode} to ${mode}`,
    counts: {},
    samples: [],
  };
}

async function duplicationOf({ meta }: Context, table: string, dupid: number): Promise<DuplicationEntry> {
  const { entry_list } = await meta.queryDuplication({ app_name: table });
  const entry = entry_list.find((one) => one.dupid === dupid);
  if (entry === undefined)
    throw new ClusterError('ERR_OBJECT_NOT_FOUND', `table '${sanitize(table)}' has no duplication ${dupid}`);
  return entry;
}

function shown({ session }: Context, table: string, entry: DuplicationEntry): string {
  const to = `${entry.remote}/${entry.remote_app_name ?? table}`;
  return sanitize(
    `duplication ${entry.dupid} of table ${table} of cluster ${session.cluster} to ${to} (${entry.status})`,
  );
}

/** By partition; older meta servers tell nothing else of it. */
function confirmedDecrees({ partition_states, progress }: DuplicationEntry): Iterable<[number, number]> {
  const states = [...(partition_states ?? [])];
  if (states.length === 0) return progress ?? [];
  return states.map(([pidx, { confirmed_decree }]) => [pidx, confirmed_decree]);
}
