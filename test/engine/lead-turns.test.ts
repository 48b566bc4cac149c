import { expect, test } from 'vitest';
import { dump } from '../storage/support.ts';
import { changeNode, createTable, filesOf, machine, pass } from './turns.ts';

const TABLES = 12;
const FEW_TABLES = Array<number>(TABLES).fill(4);

/** What the files are after a server was changed, and how often others had their turn meanwhile. */
async function changed(
  action: 'kill' | 'wipe',
  node: string,
  tables: readonly number[],
  mayGoOn: () => boolean,
) {
  const { fs, open } = machine();
  const simulation = open();
  for (const [n, partitions] of tables.entries()) await createTable(simulation, partitions, `t${n + 1}`);
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
  return { turns, files: filesOf(fs) };
}

test.each([
  ['a meta server takes the lead of one table after the other', 'kill', 'meta1', FEW_TABLES, 3 * TABLES],
  ['a meta server takes the lead of one table part by part', 'kill', 'meta1', [3000], 6],
  ['the disk of a server is emptied of one table after the other', 'wipe', 'replica2', FEW_TABLES, TABLES],
] as const)(
  '%s; a process that is killed meanwhile has done nothing of it',
  async (_, action, node, tables, least) => {
    const inSteps = await changed(action, node, tables, () => false);
    const atOnce = await changed(action, node, tables, () => true);
    expect([inSteps.turns >= least, atOnce.turns]).toEqual([true, 0]);
    expect(inSteps.files).toEqual(atOnce.files);
  },
);
