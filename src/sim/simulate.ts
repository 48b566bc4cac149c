import type { Length } from './generate/mixture.ts';
import { planOf } from './generate/plan.ts';
import { invariantOf } from './invariant.ts';
import type { Plan } from './operation.ts';
import { type BeforeOperation, runPlan } from './run.ts';
import { scriptOf } from './script.ts';
import { shrink } from './shrink.ts';

/** What a seed came to. */
export interface Verdict {
  readonly seed: number;
  readonly operations: number;
  /** How much time passed in the simulation, in milliseconds. */
  readonly virtualMs: number;
  /** Absent when everything held. */
  readonly failure?: Failure;
}

export interface Failure {
  /** What did not hold. */
  readonly text: string;
  /** After how many operations it showed; the checks at the end come after all of them. */
  readonly after: number;
  /** How many operations are left when all that it fails without are gone. */
  readonly operations: number;
  /** Those, as lines that `pegsh run` takes. */
  readonly script: string;
}

/**
 * Simulates what a seed stands for; where something does not hold, also looks for the shortest way to it.
 *
 * @throws Interrupted
 */
export async function simulate(
  seed: number,
  length: Length,
  beforeOperation: BeforeOperation,
): Promise<Verdict> {
  const plan = planOf(seed, length);
  const { violation, virtualMs } = await runPlan(plan, beforeOperation);
  const verdict = { seed, operations: plan.operations.length, virtualMs };
  if (violation === undefined) return verdict;
  const failure = await shortest(plan, violation.text, beforeOperation);
  return { ...verdict, failure: { text: violation.text, after: violation.operation, ...failure } };
}

async function shortest(
  plan: Plan,
  text: string,
  beforeOperation: BeforeOperation,
): Promise<Pick<Failure, 'operations' | 'script'>> {
  const invariant = invariantOf(text);
  const shrunk = await shrink(plan, async (shorter) => {
    const { violation } = await runPlan(shorter, beforeOperation);
    return violation !== undefined && invariantOf(violation.text) === invariant;
  });
  const { violation, world } = await runPlan(shrunk, beforeOperation);
  const script = scriptOf(shrunk, violation?.text ?? text, world);
  return { operations: shrunk.operations.length, script };
}
