import { expect, test } from 'vitest';
import { listDuplications } from '../../src/engine/meta/duplication-query.ts';
import { LongReply } from '../../src/engine/request.ts';
import { allOf } from '../../src/engine/steps.ts';
import type { DuplicationListResponse } from '../../src/rpc/idl/duplication.ts';
import { changeNode, createTable, machine } from './turns.ts';

const TABLES = ['c', 'a', 'b'];

async function begun() {
  const simulation = machine().open();
  for (const name of TABLES) await createTable(simulation, 1, name);
  const meta = simulation.universe.cluster('onebox').meta!;
  const reply = listDuplications(meta, { app_name_pattern: '', match_type: 'PMT_MATCH_ALL' });
  return { simulation, reply: reply as LongReply<DuplicationListResponse> };
}

test('duplications are listed when the node of one table after the other has been read', async () => {
  const { simulation, reply } = await begun();
  expect(reply).toBeInstanceOf(LongReply);
  let steps = 0;
  let step = reply.steps.next();
  for (; step.done !== true; step = reply.steps.next()) steps++;
  expect(steps).toBe(TABLES.length);
  expect(step.value).toMatchObject({ err: 'ERR_OK' });
  expect([...step.value.app_states.keys()]).toEqual(['a', 'b', 'c']);
  simulation.close();
});

test('a meta server that leads no more by then lists none', async () => {
  const { simulation, reply } = await begun();
  reply.steps.next();
  changeNode(simulation, 'meta1', 'kill');
  expect(allOf(reply.steps)).toMatchObject({ err: 'ERR_FORWARD_TO_OTHERS', app_states: new Map() });
  simulation.close();
});
