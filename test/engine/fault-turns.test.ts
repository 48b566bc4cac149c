import { expect, test } from 'vitest';
import { addFault, clearFaults } from '../../src/engine/control/faults.ts';
import type { Simulation } from '../../src/engine/simulation.ts';
import { lastingFault } from '../../src/rpc/client/lasting-fault.ts';
import type { FaultKind } from '../../src/rpc/idl/control.ts';
import { createTable, filesOf, finish, machine, nextAfterKill, pass, SECOND } from './turns.ts';

const TABLES = 12;

interface Story {
  readonly kind: FaultKind;
  readonly from: string;
  /** Seconds from when it is told of until it begins. */
  readonly after: number;
}

async function withTables(open: () => Simulation): Promise<Simulation> {
  const simulation = open();
  for (let n = 1; n <= TABLES; n++) await createTable(simulation, 4, `t${n}`);
  pass(simulation, 60);
  return simulation;
}

function begin(simulation: Simulation, { kind, from, after }: Story): void {
  simulation.change((universe) =>
    addFault(universe, { ...lastingFault('onebox', kind, from), after_us: after * SECOND }),
  );
}

/** What the files are after a fault has come and gone, and how often others had their turn meanwhile. */
async function lived(story: Story, mayGoOn: () => boolean) {
  const { fs, open } = machine();
  const simulation = await withTables(open);
  simulation.takeTurns(mayGoOn);
  begin(simulation, story);
  simulation.change(({ timeline, now }) => timeline.beginMove(now + story.after * SECOND));
  let turns = finish(simulation);
  simulation.change((universe) => clearFaults(universe, {}));
  turns += finish(simulation);
  pass(simulation, 60);
  simulation.close();
  return { turns, files: filesOf(fs) };
}

const STORIES: readonly Story[] = [
  { kind: 'node_kill', from: 'replica2', after: 0 },
  { kind: 'node_stop', from: 'meta1', after: 0 },
  { kind: 'node_wipe', from: 'replica2', after: 30 },
  { kind: 'partition', from: 'replica2', after: 0 },
  { kind: 'node_kill', from: 'onebox', after: 30 },
];

test.each(STORIES)('others have their turn while $kind of $from begins and ends', async (story) => {
  const inSteps = await lived(story, () => false);
  const atOnce = await lived(story, () => true);
  expect(inSteps.turns).toBeGreaterThan(2 * TABLES);
  expect(atOnce.turns).toBe(0);
  expect(inSteps.files).toEqual(atOnce.files);
});

test('a process that is killed while a fault begins has it begin anew', async () => {
  const { fs, open } = machine();
  const simulation = await withTables(open);
  begin(simulation, { kind: 'node_kill', from: 'replica2', after: 30 });
  simulation.takeTurns(() => false);
  simulation.change(({ timeline, now }) => timeline.beginMove(now + 30 * SECOND));
  while (!simulation.isMidway) simulation.goOn();
  const states: string[] = [];
  for (; simulation.isMidway; simulation.goOn()) {
    if (simulation.isIncomplete) continue;
    simulation.sync();
    const next = nextAfterKill(fs);
    pass(next, 30);
    states.push(next.universe.cluster('onebox').node('localhost:34802').state);
    next.close();
  }
  simulation.close();
  expect(states.length).toBeGreaterThan(TABLES);
  expect(new Set(states)).toEqual(new Set(['killed']));
});
