import { CppDouble } from '../../../output/json.ts';
import type { Context } from '../../command.ts';
import { Refusal } from '../../mirrored.ts';
import { metricsOf, type Snapshot, sums } from './metrics.ts';

/** By node: what it tells of itself, or why it does not. */
export type ServerStats = ReadonlyMap<string, { readonly acked: boolean; readonly message: unknown }>;

/** What is shown of a replica server besides its memory; the original does not ask for it, and shows 0. */
const REPLICAS = [
  'total_replicas',
  'opening_replicas',
  'closing_replicas',
  'inactive_replicas',
  'error_replicas',
  'primary_replicas',
  'secondary_replicas',
  'learning_replicas',
  'splitting_replicas',
];

const QUERY = { types: ['server'], metrics: ['virtual_mem_usage_mb', 'resident_mem_usage_mb'] };

/** `server_stat` (`get_server_stats`, `node_management.cpp`): asked twice, the second answer counts. */
export async function serverStats(
  ctx: Context,
  nodes: readonly string[],
  intervalMs: number,
): Promise<ServerStats> {
  const before = await Promise.all(nodes.map((node) => stat(ctx, node, 'starting server stats')));
  await ctx.meta.sleep(intervalMs);
  const after = await Promise.all(nodes.map((node) => stat(ctx, node, 'ending server stats')));
  return new Map(nodes.map((node, at) => [node, before[at]!.acked ? after[at]! : before[at]!]));
}

async function stat(ctx: Context, node: string, what: string): Promise<{ acked: boolean; message: unknown }> {
  try {
    const [snapshot] = await metricsOf(ctx, [node], QUERY, what);
    return { acked: true, message: figuresOf(snapshot!) };
  } catch (error) {
    if (error instanceof Refusal) return { acked: false, message: error.message };
    throw error;
  }
}

function figuresOf(snapshot: Snapshot): Readonly<Record<string, CppDouble>> {
  const all = sums(snapshot);
  const others = snapshot.role === 'replica' ? REPLICAS : [];
  return Object.fromEntries([
    ['virt_mem_mb', new CppDouble(all.virtual_mem_usage_mb ?? 0)],
    ['res_mem_mb', new CppDouble(all.resident_mem_usage_mb ?? 0)],
    ...others.map((name) => [name, new CppDouble(0)]),
  ]);
}
