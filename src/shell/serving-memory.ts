import { getHeapSpaceStatistics } from 'node:v8';
import { setV8Options } from './v8-options.ts';

/** Four times what V8 begins with, and returns to when nothing is asked for a while. */
const YOUNG_BYTES = 8 * 1024 * 1024;
const ELEMENTS_OF_1_KIB = 128;

/**
 * Requests leave garbage at once and little else: V8 would take more and more room for it, to collect it more seldom,
 * and hold half as much again after a million of them.
 */
export function staySmall(): void {
  setV8Options('semi-space-growth-factor=1');
  // Old garbage is collected once it is a quarter of what it might become: a quarter of the heap, 3 MB where that is small.
  setV8Options('heap-growing-percent=100');
  setV8Options('incremental-marking-soft-trigger=25');
  // So little survives that to wake other threads for it takes longer than to copy it.
  setV8Options('no-parallel-scavenge');
}

/**
 * In the room that V8 begins with, long replies survive one collection after the other, and are copied by each. V8 takes
 * more when much survives, which is seen to here, for a server that is asked much: once, and no more than is good.
 */
export function makeRoomForReplies(): void {
  if (youngBytes() >= YOUNG_BYTES) return;
  setV8Options('semi-space-growth-factor=4');
  const survivors: number[][] = [];
  while (youngBytes() < YOUNG_BYTES && survivors.length < YOUNG_BYTES / 1024)
    survivors.push(new Array<number>(ELEMENTS_OF_1_KIB).fill(0));
  setV8Options('semi-space-growth-factor=1');
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0;
}
