import { expect, test } from 'vitest';
import { planOf } from '../../src/sim/generate.ts';
import { runPlan } from '../../src/sim/run.ts';

/** Seeds of this run, and operations of each; both can be asked for: PEGSH_SIM_SEEDS=1-100000 PEGSH_SIM_OPERATIONS=1000. */
const [FIRST, LAST] = (process.env.PEGSH_SIM_SEEDS ?? '1-500').split('-').map(Number) as [number, number];
const OPERATIONS = Number(process.env.PEGSH_SIM_OPERATIONS ?? 300);

test('what Pegasus promises holds, whatever happens', async () => {
  const failures: string[] = [];
  for (let seed = FIRST; seed <= LAST; seed++) {
    const { violation } = await runPlan(planOf(seed, { operations: OPERATIONS }));
    if (violation === undefined) continue;
    failures.push(
      `npm run sim -- --seed ${seed} --operations ${OPERATIONS}\n  after ${violation.operation}: ${violation.text}`,
    );
  }
  expect(failures.join('\n')).toBe('');
}, 1_200_000);
