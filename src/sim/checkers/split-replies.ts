import type { SplitStatus } from '../../rpc/idl/metadata.ts';
import type { SplitOperation } from '../operation.ts';

/** Where the split of a table stands. */
export interface SplitState {
  /** Of the table, those that are still to be made included. */
  readonly partitions: number;
  /** By parent; those that are done are not among them, and nobody is when nothing is split. */
  readonly parents: ReadonlyMap<number, SplitStatus>;
}

/** Where a parent goes by itself; undefined = it is done. */
const NEXT: Readonly<Partial<Record<SplitStatus, SplitStatus>>> = { PAUSING: 'PAUSED', PAUSED: 'PAUSED' };

/**
 * What is answered to a split operation, of a table as it was just before; some of its parents may have gone on meanwhile
 * (`meta_split_service.cpp`).
 *
 * @returns what is wrong with the answer; undefined where it is right
 */
export function wrongSplitReply(
  before: SplitState,
  operation: SplitOperation,
  err: string,
): string | undefined {
  const expected = [before, later(before)].map((state) => replyTo(state, operation));
  if (expected.includes(err)) return undefined;
  const parents = [...before.parents].map(([pidx, status]) => `${pidx}=${status}`);
  return `${wordsOf(operation)} of ${before.partitions} partitions [${parents}] was answered ${err}`;
}

function later({ partitions, parents }: SplitState): SplitState {
  const moved = [...parents].flatMap(([pidx, status]): [number, SplitStatus][] => {
    const next = NEXT[status];
    return next === undefined ? [] : [[pidx, next]];
  });
  return { partitions, parents: new Map(moved) };
}

function replyTo({ partitions, parents }: SplitState, operation: SplitOperation): string {
  if (operation.kind === 'start_split') {
    if (operation.factor !== 2) return 'ERR_INVALID_PARAMETERS';
    return parents.size > 0 ? 'ERR_BUSY' : 'ERR_OK';
  }
  if (parents.size === 0) return 'ERR_INVALID_STATE';
  const { control, parent } = operation;
  if (control === 'CANCEL') return parents.size === partitions / 2 ? 'ERR_OK' : 'ERR_CHILD_REGISTERED';
  if (parent < 0) return 'ERR_OK';
  if (parent >= partitions / 2) return 'ERR_INVALID_PARAMETERS';
  const status = parents.get(parent);
  if (status === undefined) return control === 'PAUSE' ? 'ERR_CHILD_REGISTERED' : 'ERR_INVALID_STATE';
  return status === (control === 'PAUSE' ? 'SPLITTING' : 'PAUSED') ? 'ERR_OK' : 'ERR_INVALID_STATE';
}

function wordsOf(operation: SplitOperation): string {
  if (operation.kind === 'start_split') return `start_split to ${operation.factor} times as many`;
  return `${operation.control} of parent ${operation.parent}`;
}
