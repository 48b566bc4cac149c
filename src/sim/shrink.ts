import type { Operation, Plan } from './operation.ts';

/** How many runs a shrinking may cost. */
const MOST_RUNS = 600;

/**
 * Leaves out of a plan what it fails without: all operations of a kind, then chunk by chunk, then one by one.
 *
 * @param fails whether a plan still fails in the same way
 */
export async function shrink(plan: Plan, fails: (plan: Plan) => Promise<boolean>): Promise<Plan> {
  let { operations } = plan;
  let runs = 0;
  const without = async (left: (operation: Operation, at: number) => boolean): Promise<boolean> => {
    const rest = operations.filter((operation, at) => !left(operation, at));
    if (rest.length === operations.length || ++runs > MOST_RUNS) return false;
    if (!(await fails({ ...plan, operations: rest }))) return false;
    operations = rest;
    return true;
  };
  for (const gone of new Set(operations.map(({ kind }) => kind))) await without(({ kind }) => kind === gone);
  for (let size = operations.length; size > 1; ) {
    size = Math.ceil(size / 2);
    for (let again = true; again; ) again = await someChunk(size, operations.length, without);
  }
  return { ...plan, operations };
}

/** Every chunk in turn, from the end on, is left out for good where the rest still fails. Whether any could be. */
async function someChunk(
  size: number,
  count: number,
  without: (left: (operation: Operation, at: number) => boolean) => Promise<boolean>,
): Promise<boolean> {
  let isShorter = false;
  for (let from = count - size; from > -size; from -= size) {
    const isLeft = await without((_, at) => at >= from && at < from + size);
    isShorter ||= isLeft;
  }
  return isShorter;
}
