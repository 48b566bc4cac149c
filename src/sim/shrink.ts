import type { Operation, Plan } from './operation.ts';

/** How many runs a shrinking may cost. */
const MOST_RUNS = 300;

/**
 * Leaves out of a plan what it fails without, chunk by chunk, then operation by operation.
 *
 * @param fails whether a plan still fails, however it does
 */
export async function shrink(plan: Plan, fails: (plan: Plan) => Promise<boolean>): Promise<Plan> {
  let operations = plan.operations;
  let runs = 0;
  for (let chunk = Math.ceil(operations.length / 2); chunk >= 1; ) {
    const shorter = await withoutSomeChunk(operations, chunk, async (rest) => {
      runs++;
      return runs <= MOST_RUNS && fails({ ...plan, operations: rest });
    });
    if (shorter !== undefined) operations = shorter;
    if (runs > MOST_RUNS) break;
    if (shorter === undefined) {
      if (chunk === 1) break;
      chunk = Math.ceil(chunk / 2);
    }
    chunk = Math.min(chunk, Math.max(1, operations.length));
  }
  return { ...plan, operations };
}

/** Every chunk in turn is left out for good where the rest still fails; undefined when none could be. */
async function withoutSomeChunk(
  operations: readonly Operation[],
  size: number,
  fails: (rest: readonly Operation[]) => Promise<boolean>,
): Promise<readonly Operation[] | undefined> {
  let kept = operations;
  for (let from = kept.length - size; from > -size; from -= size) {
    const start = Math.max(0, from);
    const rest = [...kept.slice(0, start), ...kept.slice(from + size)];
    if (rest.length < kept.length && (await fails(rest))) kept = rest;
  }
  return kept.length < operations.length ? kept : undefined;
}
