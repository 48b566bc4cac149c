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

/** A follower that cannot be caught up is made anew. */
export function startOver(facts: Facts): string[] {
  const { cluster, state } = facts;
  const { remote, remote_app_name: table } = state;
  return [
    removal(facts),
    `pegsh -C ${remote} drop ${table}`,
    `pegsh -C ${cluster} add_dup ${state.app_name} ${remote} -s -a ${table}`,
  ];
}

export function isEarly({ status }: DuplicationState): boolean {
  return status === 'DS_PREPARE' || status === 'DS_APP';
}

/** The command that restarts the meta server which leads a cluster. */
export function restartLeader({ leaders }: Facts, cluster: string): string {
  return `pegsh -C ${cluster} node restart ${leaders.get(cluster) ?? 'meta1'}`;
}

/** The command that brings back the remote's replica servers, as far as they are only down. */
export function startServers({ state: { remote, remote_down: down } }: Facts): string {
  return `pegsh -C ${remote} node ${down.length > 0 ? `start ${down.join(' ')}` : 'list'}`;
}

/** Two settings or addresses that do not fit are put right by hand; this shows both. */
export function compareSides({ cluster, state }: Facts): string {
  return `pegsh -C ${cluster} dup preflight ${state.remote} --table ${state.app_name}`;
}

export function bytesText(count: number): string {
  if (count < 1024) return `${count} bytes`;
  const mebibytes = count / (1024 * 1024);
  return mebibytes < 1 ? `${Math.ceil(count / 1024)} KiB` : `${mebibytes.toFixed(1)} MiB`;
}

/** A pause is forgotten easily. */
export function whenMinutesHavePassed(ageMs: number): string {
  return ageMs < 3_600_000 ? '' : `, for ${Math.floor(ageMs / 3_600_000)} hours`;
}
