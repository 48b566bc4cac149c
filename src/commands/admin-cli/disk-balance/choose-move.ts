import type { Refusal } from '../../mirrored.ts';
import { sum } from '../../sum.ts';
import { byUsage, type DiskReplica, type DiskUse, percentOf } from '../shared/disk-info.ts';
import type { DiskMove } from '../shared/disk-migration.ts';
import { refused } from '../shared/meta-call.ts';

/** Percent of a disk under which it has room enough, and of difference under which two are alike. */
const ENOUGH = 10;
const ALIKE = 5;

/** The replica that is to move next. */
export interface Choice extends DiskMove {
  readonly status: DiskReplica['status'];
  /** What is said of it. */
  readonly told: string;
}

/** The fullest disk of a server and its emptiest one. @throws Refusal where there are no two */
export function extremesOf(node: string, disks: readonly DiskUse[]): { high: DiskUse; low: DiskUse } {
  const sorted = byUsage(node, disks);
  return { high: sorted.at(-1)!, low: sorted[0]! };
}

/**
 * The largest replica of the fullest disk that makes neither disk go past the average
 * (`diskbalancer/migrator.go`).
 *
 * @param minSize MB under which moving is not worth it
 * @throws Refusal where there is none, or nothing to balance
 */
export function chooseMove(
  node: string,
  disks: readonly DiskUse[],
  replicas: readonly DiskReplica[],
  minSize: number,
): Choice {
  const { high, low } = extremesOf(node, disks);
  const average = Math.trunc(sum(disks.map(({ usage }) => usage)) / disks.length);
  refuseBalanced(disks, high, low, average);
  const size = Math.min(average - low.usage, high.usage - average);
  const [smallest, ...others] = [...replicas].sort((a, b) => a.size - b.size);
  const move = `Node=${node}, highDisk=${brief(high)}=>lowDisk=${brief(low)}`;
  // The original dies of a disk without replicas.
  if (smallest === undefined) throw impossible(`can't balance(${move}): high disk has no replica`);
  const chosen = [smallest, ...others].findLast((one) => one.size <= size);
  if (chosen === undefined) {
    const least = `replica(${smallest.replica}) size(${smallest.size}MB)`;
    throw impossible(`can't balance(${move}): high disk min ${least} must <= sizeNeedMove(${size}MB)`);
  }
  const { replica: gpid, status } = chosen;
  if (chosen.size < minSize) {
    const qualified = `the qualified(must<=sizeNeedMove(${size}MB)) replica size(${gpid}=${chosen.size}MB)`;
    throw impossible(`not suggest balance(${move}): ${qualified} must >= minSize(${minSize}MB))`);
  }
  const told = `ACTION:disk migrate(sizeNeedMove=${size}MB): ${move}, gpid(${status})=${gpid}(${chosen.size}MB)\n`;
  return { gpid, from: high.disk, to: low.disk, status, told };
}

function refuseBalanced(disks: readonly DiskUse[], high: DiskUse, low: DiskUse, average: number): void {
  const both = `high(${high.disk}): ${percent(high)}; low(${low.disk}): ${percent(low)}`;
  if (high.ratio < ENOUGH) {
    const why = `the high disk still enough capacity(balance threshold=${ENOUGH}%)`;
    throw impossible(`no need balance since ${why}: ${both}`);
  }
  if (high.ratio - low.ratio >= ALIKE) return;
  const capacity = sum(disks.map((disk) => disk.capacity));
  const ratio = percentOf(sum(disks.map(({ usage }) => usage)), capacity);
  const shown = percent({ usage: average, ratio });
  throw impossible(`no need balance since the disk is balanced: ${both}; average: ${shown}`);
}

function brief({ disk, usage, ratio }: DiskUse): string {
  return `${disk}[${percent({ usage, ratio })}]`;
}

function percent({ usage, ratio }: Pick<DiskUse, 'usage' | 'ratio'>): string {
  return `${usage}MB(${ratio}%)`;
}

function impossible(text: string): Refusal {
  return refused('ERR_INVALID_STATE', text);
}
