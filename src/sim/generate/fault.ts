import { type AddFaultRequest, FaultKind } from '../../rpc/idl/control.ts';
import type { ClusterPlan } from '../operation.ts';
import type { Random } from '../random.ts';

/** A disk is lost only where that loses nothing: not by chance (`apply/disk-loss.ts`). */
const OF_LOST_DISKS = new Set<FaultKind>(['node_wipe', 'disk_corrupt']);

export const FAULT_KINDS = (Object.keys(FaultKind.numbers) as FaultKind[]).filter(
  (kind) => !OF_LOST_DISKS.has(kind),
);

/** They are there or they are not: no chance decides each time. */
const STEADY = new Set<FaultKind>(['clock_skew', 'disk_full', 'disk_read_only', 'zookeeper_timeout']);

/** A fault of one of these kinds, for some time or until further notice. */
export function faultOf(
  random: Random,
  clusters: readonly ClusterPlan[],
  kinds: readonly FaultKind[],
): AddFaultRequest {
  const kind = random.pick(kinds);
  const isOfServer = /^(node|disk)_|^clock_skew$|^zookeeper_timeout$/.test(kind);
  const isSteady = kind.startsWith('node_') || STEADY.has(kind);
  return {
    cluster: 'A',
    kind,
    from: isOfServer ? serverFor(kind, random, clusters) : end(random, clusters),
    to: isOfServer ? '' : end(random, clusters),
    one_way: !isOfServer && random.chance(0.3),
    ratio: isSteady || random.chance(0.5) ? 1 : random.pick([0.05, 0.3, 0.8]),
    ...durations(kind, random),
    after_us: random.chance(0.3) ? random.between(1, 60_000_000) : 0,
    for_us: random.chance(0.8) ? random.pick([1, 5, 25, 60, 700, 8000]) * 1_000_000 : 0,
  };
}

/** How long a delay is, or how far a clock is ahead. */
function durations(kind: FaultKind, random: Random): Pick<AddFaultRequest, 'min_us' | 'max_us'> {
  if (kind === 'clock_skew') {
    const skew = random.pick([-60, -1, 1, 60]) * 1_000_000;
    return { min_us: skew, max_us: skew };
  }
  const max_us = kind.endsWith('_delay') ? random.pick([1_000, 100_000, 2_000_000, 20_000_000]) : 0;
  return { min_us: 0, max_us };
}

function serverFor(kind: FaultKind, random: Random, clusters: readonly ClusterPlan[]): string {
  if (kind === 'zookeeper_timeout') return meta(random, random.pick(clusters));
  if (kind.startsWith('node_') && random.chance(0.15)) return meta(random, random.pick(clusters));
  const { name, replicas } = random.pick(clusters);
  return `${name}/replica${random.between(1, replicas)}`;
}

function meta(random: Random, { name, metas }: ClusterPlan): string {
  return `${name}/meta${random.between(1, metas)}`;
}

function end(random: Random, clusters: readonly ClusterPlan[]): string {
  return random.weighted([
    [6, serverFor('node_hang', random, clusters)],
    [1, random.pick(clusters).name],
    [1, 'all'],
    [1, 'client'],
  ]);
}
