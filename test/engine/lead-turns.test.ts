import { expect, test } from 'vitest';
import { FORMAT } from '../../src/engine/storage/format.ts';
import { dump } from '../storage/support.ts';
import { changeNode, createTable, machine, pass } from './turns.ts';

const TABLES = 12;

/** What the files are after a server was changed, and how often others had their turn meanwhile. */
async function changed(action: 'kill' | 'wipe', node: string, mayGoOn: () => boolean) {
  const { fs, open } = machine();
  const simulation = open();
  for (let n = 1; n <= TABLES; n++) await createTable(simulation, 4, `t${n}`);
  pass(simulation, 60);
  if (action === 'wipe') changeNode(simulation, node, 'kill');
  simulation.sync();
  const before = dump(fs, '/w');
  let turns = 0;
  simulation.takeTurns(mayGoOn);
  changeNode(simulation, node, action);
  for (; simulation.isMidway; turns++) {
    expect([simulation.admit(), dump(fs, '/w')]).toEqual([false, before]);
    simulation.goOn();
  }
  simulation.close();
  // It counts the commits.
  const { [`/w/${FORMAT}`]: _, ...files } = dump(fs, '/w');
  return { turns, files };
}

test.each([
  ['a meta server takes the lead of one table after the other', 'kill', 'meta1', 3 * TABLES],
  ['the disk of a server is emptied of one table after the other', 'wipe', 'replica2', TABLES],
] as const)(
  '%s; a process that is killed meanwhile has done nothing of it',
  async (_, action, node, least) => {
    const inSteps = await changed(action, node, () => false);
    const atOnce = await changed(action, node, () => true);
    expect([inSteps.turns >= least, atOnce.turns]).toEqual([true, 0]);
    expect(inSteps.files).toEqual(atOnce.files);
  },
);
