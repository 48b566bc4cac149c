import { expect, test } from 'vitest';
import { planOf } from '../../src/sim/generate/plan.ts';
import { scriptOf } from '../../src/sim/script.ts';
import { shrink } from '../../src/sim/shrink.ts';
import { createWorkspace } from '../../src/testing.ts';

test('only what a plan fails with is left', async () => {
  const plan = planOf(5, { operations: 200 });
  const needed = [plan.operations[17], plan.operations[90], plan.operations[150]];
  const shrunk = await shrink(plan, async ({ operations }) =>
    needed.every((one) => one !== undefined && operations.includes(one)),
  );
  expect(shrunk.operations).toEqual(needed);
});

test('a plan that fails whatever it does shrinks to nothing', async () => {
  expect((await shrink(planOf(5, { operations: 50 }), async () => true)).operations).toEqual([]);
});

test('every line of a script is one that pegsh understands', async () => {
  const workspace = await createWorkspace({ environment: { PEGSH_DIALECT: 'cpp-shell' } });
  const misunderstood: string[] = [];
  for (const seed of [1, 2, 3]) {
    const script = scriptOf(planOf(seed, { operations: 150 }), 'what did not hold', {
      ids: new Map(),
      lines: new Map(),
    });
    for (const line of script.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
      // Time is no matter here, and one command of the C++ shell is still to come.
      if (/^(clock advance|set_replica_count) /.test(line)) continue;
      const { exitCode, stderr } = await workspace.run(line);
      if (exitCode === 2) misunderstood.push(`${line}: ${stderr}`);
    }
    await workspace.run('reset --yes');
  }
  expect(misunderstood).toEqual([]);
  await workspace.dispose();
});
