import { expect } from 'vitest';
import { planOf } from '../../src/sim/generate/plan.ts';
import { runPlan } from '../../src/sim/run.ts';

/** Other seeds, and other lengths, can be asked for: PEGSH_SIM_SEEDS=1-100000 PEGSH_SIM_OPERATIONS=1000. */
const [FIRST, LAST] = (process.env.PEGSH_SIM_SEEDS ?? '1-500').split('-').map(Number) as [number, number];
const OPERATIONS = Number(process.env.PEGSH_SIM_OPERATIONS ?? 300);

/** Lives through one half of the seeds; there are two, so that two processors share them. */
export async function expectToHold(half: 0 | 1): Promise<void> {
  const failures: string[] = [];
  for (let seed = FIRST; seed <= LAST; seed++) {
    if (seed % 2 !== half) continue;
    const { violation } = await runPlan(planOf(seed, { operations: OPERATIONS }));
    if (violation === undefined) continue;
    const replay = `npm run sim -- --seed ${seed} --operations ${OPERATIONS}`;
    failures.push(`${replay}\n  after ${violation.operation}: ${violation.text}`);
  }
  expect(failures.join('\n')).toBe('');
}
