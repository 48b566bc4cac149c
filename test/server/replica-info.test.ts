import { afterAll, beforeAll, expect, test } from 'vitest';
import { createControlClient } from '../../src/rpc/client/control.ts';
import { createMetaClient } from '../../src/rpc/client/meta/index.ts';
import { createDataClient } from '../../src/rpc/client/replica/data.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import { localTransport } from '../../src/rpc/transport/local.ts';
import { type Served, served, ThftClient } from './support/served.ts';

const NOWHERE = '127.0.0.1:0';
const PARTITIONS = [0, 1, 2, 3];

let it: Served;
let client: ThftClient;

beforeAll(async () => {
  it = await served();
  const transport = localTransport(it.simulation, '');
  const meta = createMetaClient(transport);
  const table = createDataClient(transport, meta).table('temp');
  await table.set(Buffer.from('user1'), Buffer.from(''), Buffer.from('value'));
  const control = createControlClient(transport);
  await control.changeNode({ cluster: 'onebox', node: 'replica2', action: 'kill' });
  await control.changeNode({ cluster: 'onebox', node: 'replica2', action: 'start' });
  client = await ThftClient.connect(it.replica(1));
});
afterAll(async () => {
  client.end();
  await it.stop();
});

test('a replica server tells of its tables as its replicas know them', async () => {
  const reply = await client.call(methods.queryAppInfo, { meta_server: NOWHERE });
  expect(reply).toMatchObject({
    err: 'ERR_OK',
    apps: [{ app_id: 1, app_name: 'temp', app_type: 'pegasus', partition_count: 4, max_replica_count: 3 }],
  });
});

test('and of its replicas: those that lead have committed what was written', async () => {
  const reply = await client.call(methods.queryReplicaInfo, { node1: NOWHERE });
  if (typeof reply === 'string') throw new Error(reply);
  expect(reply.replicas.map(({ pid }) => pid.partition_index)).toEqual(PARTITIONS);
  for (const { status, app_type, disk_tag, manual_compact_status, ballot } of reply.replicas) {
    expect(['PS_PRIMARY', 'PS_SECONDARY']).toContain(status);
    expect({ app_type, disk_tag, manual_compact_status }).toEqual({
      app_type: 'pegasus',
      disk_tag: 'default',
      manual_compact_status: 'IDLE',
    });
    expect(ballot).toBe(3);
  }
  const committed = reply.replicas.map((replica) => replica.last_committed_decree);
  expect(committed.reduce((sum, decree) => sum + decree)).toBe(1);
  const decrees = await Promise.all(
    PARTITIONS.map((partition_index) =>
      client.call(methods.queryReplicaDecree, { pid: { app_id: 1, partition_index }, node1: NOWHERE }),
    ),
  );
  expect(decrees).toEqual(committed.map((last_decree) => ({ err: 'ERR_OK', last_decree })));
});

test('one that has just started has heard from nobody what its replicas are', async () => {
  const restarted = await ThftClient.connect(it.replica(2));
  const reply = await restarted.call(methods.queryReplicaInfo, { node1: NOWHERE });
  if (typeof reply === 'string') throw new Error(reply);
  expect(reply.replicas.map(({ status }) => status)).toEqual(PARTITIONS.map(() => 'PS_INACTIVE'));
  restarted.end();
});

test('of a replica that it does not have it knows no decree', async () => {
  const pid = { app_id: 7, partition_index: 0 };
  const reply = await client.call(methods.queryReplicaDecree, { pid, node1: NOWHERE });
  expect(reply).toEqual({ err: 'ERR_OBJECT_NOT_FOUND', last_decree: 0 });
});
