import { expect, test } from 'vitest';
import { createCluster, removeCluster } from '../../src/engine/control/clusters.ts';
import { addFault } from '../../src/engine/control/faults.ts';
import { showServer } from '../../src/engine/control/nodes.ts';
import { allOf } from '../../src/engine/steps.ts';
import { createControlClient } from '../../src/rpc/client/control.ts';
import { lastingFault } from '../../src/rpc/client/lasting-fault.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import {
  changeNode,
  createTable,
  filesOf,
  finish,
  machine,
  nextAfterKill,
  OTHER,
  PARTITIONS,
  pass,
  write,
} from './turns.ts';

test('a call in the same process waits for nobody to have their turn', async () => {
  const { open } = machine();
  const simulation = open();
  await createTable(simulation);
  pass(simulation, 3 * 3600);
  const control = createControlClient(localTransport(simulation, ''));
  simulation.takeTurns(() => false);
  const request = { cluster: 'onebox', node: 'replica2' };
  expect(await control.changeNode({ ...request, action: 'kill' })).toMatchObject({ state: 'killed' });
  expect(await control.changeNode({ ...request, action: 'start' })).toMatchObject({ state: 'running' });
  simulation.close();
});

test('a server is shown replica by replica, each as it is then, whatever becomes of it meanwhile', async () => {
  const simulation = machine().open();
  await createTable(simulation);
  pass(simulation, 3 * 3600);
  const begin = () =>
    simulation.change((universe) => showServer(universe, { cluster: 'onebox', node: 'replica2' })).steps;
  const [whole, cut] = [begin(), begin()];
  cut.next();
  expect(simulation.change(() => allOf(whole)).replicas).toHaveLength(PARTITIONS);
  changeNode(simulation, 'replica2', 'kill');
  const { node, replicas } = simulation.change(() => allOf(cut));
  expect([node.state, replicas.length]).toEqual(['killed', 1]);
  simulation.close();
});

/** What the files are after a cluster was removed that servers elsewhere cannot reach, and another was made in its place. */
async function removed(mayGoOn: () => boolean) {
  const { fs, open } = machine();
  const simulation = open();
  await createTable(simulation);
  await write(simulation, 8);
  simulation.change((universe) => createCluster(universe, OTHER));
  simulation.change((universe) => addFault(universe, lastingFault('onebox', 'partition', 'onebox', 'B')));
  pass(simulation, 60);
  simulation.takeTurns(mayGoOn);
  simulation.change((universe) => removeCluster(universe, { name: 'onebox' }));
  const turns = finish(simulation);
  simulation.sync();
  const next = nextAfterKill(fs);
  expect(next.universe.clusterNames()).toEqual(['B']);
  expect(next.universe.faults.all()).toEqual([]);
  expect(next.universe.store.list('clusters')).toEqual(['B']);
  simulation.change((universe) => createCluster(universe, { ...OTHER, name: 'onebox', replicas: 3 }));
  await createTable(simulation);
  pass(simulation, 60);
  simulation.close();
  return { turns, files: filesOf(fs) };
}

test('others have their turn while a cluster is removed, and what is left is the same', async () => {
  const inSteps = await removed(() => false);
  const atOnce = await removed(() => true);
  expect(inSteps.turns).toBeGreaterThan(6);
  expect(atOnce.turns).toBe(0);
  expect(inSteps.files).toEqual(atOnce.files);
});
