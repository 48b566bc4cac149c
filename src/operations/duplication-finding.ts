/** What the rules have in common. */
import type { DuplicationPartition, DuplicationState } from '../rpc/idl/control.ts';
import type { Facts, Finding } from './duplication-diagnose.ts';

export function finding(
  verdict: Finding['verdict'],
  side: Finding['side'],
  reason: string,
  actions: readonly string[],
  partitions: readonly DuplicationPartition[] = [],
): Finding {
  const nodes = [...new Set(partitions.map((partition) => partition.primary))].filter((node) => node !== '');
  return { verdict, side, reason, partitions: partitions.map((partition) => partition.pidx), nodes, actions };
}

/** The command that ends a duplication, in whatever status it is. */
export function removal({ cluster, state }: Facts): string {
  return `pegsh -C ${cluster} remove_dup ${state.app_name} ${state.dupid}`;
}

export function isEarly({ status }: DuplicationState): boolean {
  return status === 'DS_PREPARE' || status === 'DS_APP';
}

/** The command that restarts the meta server which leads a cluster. */
export function restartLeader({ leaders }: Facts, cluster: string): string {
  return `pegsh -C ${cluster} node restart ${leaders.get(cluster) ?? 'meta1'}`;
}
