/** What is told of a duplication is looked up one partition after the other. */
import { expect, test } from 'vitest';
import type { LongReply } from '../../src/engine/request.ts';
import type { Simulation } from '../../src/engine/simulation.ts';
import { createControlClient } from '../../src/rpc/client/control.ts';
import type { DuplicationListResponse, DuplicationQueryResponse } from '../../src/rpc/idl/duplication.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import {
  askLeader,
  changeNode,
  createTable,
  machine,
  metaOf,
  OTHER,
  PARTITIONS,
  pass,
  write,
} from './turns.ts';

const LIST = { app_name_pattern: '', match_type: 'PMT_MATCH_ALL' } as const;

/** A table whose duplication has shipped, and has been idle since. */
async function duplicated(): Promise<Simulation> {
  const simulation = machine().open();
  await createControlClient(localTransport(simulation, '')).createCluster(OTHER);
  await createTable(simulation);
  pass(simulation, 60);
  const asked = { app_name: 't', remote_cluster_name: 'B', is_duplicating_checkpoint: true };
  expect((await metaOf(simulation).addDuplication({ ...asked, remote_replica_count: 1 })).err).toBe('ERR_OK');
  pass(simulation, 600);
  await write(simulation, 10);
  pass(simulation, 600);
  return simulation;
}

/** The reply, and between how many steps others had their turn. */
function inSteps<R>({ steps }: LongReply<R>, meanwhile: () => void): { reply: R; turns: number } {
  for (let turns = 0; ; turns++) {
    const step = steps.next();
    if (step.done === true) return { reply: step.value, turns };
    meanwhile();
  }
}

test('made in steps a query and a list tell what they tell when they are read at once', async () => {
  const simulation = await duplicated();
  const query = askLeader<DuplicationQueryResponse>(simulation, methods.queryDuplication.code, {
    app_name: 't',
  });
  const list = askLeader<DuplicationListResponse>(simulation, methods.listDuplication.code, LIST);
  const [queried, listed] = [inSteps(query, () => undefined), inSteps(list, () => undefined)];
  // A list reads the nodes of its tables before.
  expect([queried.turns, listed.turns]).toEqual([PARTITIONS, PARTITIONS + 1]);
  const meta = metaOf(simulation);
  expect(await meta.queryDuplication({ app_name: 't' })).toEqual(queried.reply);
  expect(await meta.listDuplication(LIST)).toEqual(listed.reply);
  expect(queried.reply.entry_list[0]?.partition_states?.size).toBe(PARTITIONS);
});

test('a leader that is killed meanwhile has told what it knew, and leaves nothing', async () => {
  const simulation = await duplicated();
  const before = await metaOf(simulation).queryDuplication({ app_name: 't' });
  const query = askLeader<DuplicationQueryResponse>(simulation, methods.queryDuplication.code, {
    app_name: 't',
  });
  const kill = (): void => {
    const { universe } = simulation;
    if (universe.cluster('onebox').record.leader.endsWith('34601')) changeNode(simulation, 'meta1', 'kill');
  };
  expect(inSteps(query, kill).reply).toEqual(before);
  const { store } = simulation.universe;
  expect(store.exists('clusters/onebox/nodes/localhost_34601/memory')).toBe(false);
});
