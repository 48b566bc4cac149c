import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMetaClient } from '../../src/rpc/client/meta/index.ts';
import type { QueryCfgResponse } from '../../src/rpc/idl/layer2.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import { makeTable, type Served, served, ThftClient } from './support/served.ts';

const PARTITIONS = 1000;

let it: Served;

beforeEach(async () => {
  let nowMs = 0;
  // Each look at the clock says that the turn is over.
  it = await served({ now: () => (nowMs += 10) });
  await makeTable(it.simulation, 'wide', PARTITIONS);
});
afterEach(() => it.stop());

test('the configuration of a wide table is told while others have their turn', async () => {
  const [client, other] = [await ThftClient.connect(it.meta(1)), await ThftClient.connect(it.replica(1))];
  let isDone = false;
  const request = { app_name: 'wide', partition_indices: [] };
  const asked = client.call(methods.queryConfig, request).then((reply) => {
    isDone = true;
    return reply as QueryCfgResponse;
  });
  const first = client.call(methods.queryConfig, { app_name: 'temp', partition_indices: [] });
  let others = 0;
  for (; !isDone; others++) await other.call(methods.callCommand, { cmd: 'nosuch', arguments: [] });
  expect(await first).toMatchObject({ partition_count: 4 });
  expect(others).toBeGreaterThan(10);
  const whole = await createMetaClient(localTransport(it.simulation, '')).queryConfig(request);
  const indices = Array.from({ length: PARTITIONS }, (_, pidx) => pidx);
  expect(whole.partitions.map(({ pid }) => pid.partition_index)).toEqual(indices);
  const { partitions, ...rest } = await asked;
  expect(rest).toMatchObject({ err: 'ERR_OK', partition_count: PARTITIONS });
  const known = (one: QueryCfgResponse['partitions'][number]) => [one.pid.partition_index, one.ballot];
  expect(partitions.map(known)).toEqual(whole.partitions.map(known));
});
