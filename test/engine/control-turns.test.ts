import { expect, test } from 'vitest';
import { showServer } from '../../src/engine/control/nodes.ts';
import { allOf } from '../../src/engine/steps.ts';
import { createControlClient } from '../../src/rpc/client/control.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import { changeNode, createTable, machine, PARTITIONS, pass } from './turns.ts';

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
