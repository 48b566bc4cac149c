import { expect, test } from 'vitest';
import { createControlClient } from '../../src/rpc/client/control.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import { createTable, machine, pass } from './turns.ts';

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
