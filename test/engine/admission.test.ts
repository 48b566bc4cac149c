import { expect, test } from 'vitest';
import { changeServer } from '../../src/engine/control/nodes.ts';
import { Simulation } from '../../src/engine/simulation.ts';
import { MemoryFileSystem, memoryHost } from '../../src/host/memory-fs.ts';
import { createMetaClient } from '../../src/rpc/client/meta/index.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';

const MS = 1000;
const SECOND = 1000 * MS;
const PARTITIONS = 8;

function changeNode(simulation: Simulation, node: string, action: 'kill' | 'start'): void {
  simulation.change((universe) => changeServer(universe, { cluster: 'onebox', node, action }));
}

async function withTable(wall: { now: number }): Promise<Simulation> {
  const host = memoryHost(() => wall.now, new MemoryFileSystem());
  const simulation = new Simulation({ directory: '/w', host, clock: 'realtime', durability: 'group' });
  const options = {
    partition_count: PARTITIONS,
    replica_count: 3,
    success_if_exist: false,
    app_type: 'pegasus',
    is_stateful: true,
    envs: new Map<string, string>(),
  };
  await createMetaClient(localTransport(simulation, '')).createApp({ app_name: 't', options });
  simulation.change((universe) => universe.timeline.moveTo(universe.now + 60 * SECOND));
  return simulation;
}

test('a request that arrives together with what it has to wait for waits', async () => {
  const wall = { now: 1_790_000_000 * SECOND };
  const simulation = await withTable(wall);
  let asked = 0;
  simulation.takeTurns(() => ++asked % 3 > 0);
  let begun = 0;
  for (const action of ['kill', 'start', 'kill', 'start'] as const) {
    while (!simulation.admit()) simulation.goOn();
    changeNode(simulation, 'replica2', action);
    for (let n = 0; n < 600; n++) {
      while (simulation.isBehind) simulation.goOn();
      wall.now += 100 * MS;
      const isAdmitted = simulation.admit();
      expect(isAdmitted).toBe(!simulation.isMidway);
      begun += Number(simulation.isMidway);
    }
  }
  expect(begun).toBeGreaterThan(0);
  simulation.close();
});
