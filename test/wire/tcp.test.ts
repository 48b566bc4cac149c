import { afterEach, expect, test } from 'vitest';
import { ForwardTo } from '../../src/rpc/idl/arguments.ts';
import { clusterInfo, createApp, get, incr } from '../../src/rpc/idl/methods.ts';
import type { RpcMethod } from '../../src/rpc/method.ts';
import { tcpTransport } from '../../src/rpc/transport/tcp/tcp.ts';
import type { Transport } from '../../src/rpc/transport/transport.ts';
import { type Arrived, type Responder, responder } from './support/responder.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function server(onRequest: (request: Arrived) => void): Promise<Responder> {
  const made = await responder(onRequest);
  open.push(made);
  return made;
}

function transportTo(...metas: string[]): Transport {
  const made = tcpTransport(metas);
  open.push(made);
  return made;
}

const info = (name: string) => ({ err: 'ERR_OK', keys: ['cluster_name'], values: [name] });
const tells = (name: string) => (request: Arrived) =>
  request.reply(clusterInfo as never, info(name) as never);
const leaderIs = (address: string) => (request: Arrived) =>
  request.failWith('ERR_FORWARD_TO_OTHERS', ForwardTo, { address });

const ask = (transport: Transport, timeoutMs = 5000) =>
  transport.call(clusterInfo, { to: 'meta' }, {}, timeoutMs);

/** An address that was somebody's, and where nobody listens now. */
async function goneAddress(): Promise<string> {
  const gone = await responder(() => {});
  await gone.close();
  return gone.address;
}

function read(transport: Transport, address: string, key: string, timeoutMs = 5000) {
  const target = { to: 'replica', server: address, gpid: { app_id: 2, partition_index: 5 } } as const;
  return transport.call(
    get as RpcMethod<{ key: Uint8Array }, unknown>,
    { ...target, partitionHash: 77n },
    { key: Buffer.from(key) },
    timeoutMs,
  );
}

test('a request carries partition, hash and time limit as upstream clients send them', async () => {
  const replica = await server((request) => request.fail('ERR_INVALID_STATE'));
  await expect(read(transportTo('localhost:1'), replica.address, 'k', 1234)).rejects.toMatchObject({
    code: 'ERR_INVALID_STATE',
    isUndecided: false,
  });
  expect(replica.arrived[0]!.header).toMatchObject({
    name: 'RPC_RRDB_RRDB_GET',
    gpid: { app_id: 2, partition_index: 5 },
    threadHash: 2 * 7919 + 5,
    partitionHash: 77n,
    timeoutMs: 1234,
    isForwardSupported: true,
  });
});

test('replies find their requests in whatever order they come', async () => {
  const waiting: Arrived[] = [];
  const meta = await server((request) => {
    waiting.push(request);
    if (waiting.length === 3) for (const one of waiting.reverse()) tells(`${one.header.id}`)(one);
  });
  const transport = transportTo(meta.address);
  const replies = await Promise.all([ask(transport), ask(transport), ask(transport)]);
  expect(replies.map(({ values }) => values[0])).toEqual(['1', '2', '3']);
});

test('a meta server that does not lead says who does, and that is remembered', async () => {
  const leader = await server(tells('here'));
  const follower = await server(leaderIs(leader.address));
  const transport = transportTo(follower.address);
  await ask(transport);
  await ask(transport);
  expect([follower.arrived.length, leader.arrived.length]).toEqual([1, 2]);
});

test('the next meta server is asked when one is gone', async () => {
  const meta = await server(tells('here'));
  const transport = transportTo(await goneAddress(), meta.address);
  expect((await ask(transport)).values).toEqual(['here']);
});

test('no meta server that can be reached is a network failure, at once', async () => {
  const transport = transportTo(await goneAddress(), await goneAddress());
  await expect(ask(transport, 60_000)).rejects.toMatchObject({ code: 'ERR_NETWORK_FAILURE' });
});

test('while none leads they are asked again, until the time is up', async () => {
  const follower = await server(leaderIs(''));
  await expect(ask(transportTo(follower.address), 500)).rejects.toMatchObject({
    code: 'ERR_FORWARD_TO_OTHERS',
  });
  expect(follower.arrived.length).toBeGreaterThan(1);
});

test('what only asks is asked elsewhere when a connection breaks; what changes something is not', async () => {
  const breaking = await server((request) => request.hangUp());
  const other = await server(tells('here'));
  const transport = transportTo(breaking.address, other.address);
  const options = { partition_count: 4, replica_count: 3, success_if_exist: false, app_type: 'pegasus' };
  const create = transport.call(
    createApp,
    { to: 'meta' },
    { app_name: 't', options: { ...options, is_stateful: true, envs: new Map() } },
    5000,
  );
  await expect(create).rejects.toMatchObject({ code: 'ERR_NETWORK_FAILURE', isUndecided: true });
  expect(other.arrived).toEqual([]);
  expect((await ask(transportTo(breaking.address, other.address))).values).toEqual(['here']);
});

test('what is not answered in time may have been done', async () => {
  const silent = await server(() => {});
  await expect(read(transportTo('localhost:1'), silent.address, 'k', 50)).rejects.toMatchObject({
    code: 'ERR_TIMEOUT',
    isUndecided: true,
  });
});

test('a reply that makes no sense ends the connection and nothing else', async () => {
  let isFirst = true;
  const meta = await server((request) => {
    if (isFirst) request.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'.padEnd(256)));
    else tells('here')(request);
    isFirst = false;
  });
  const transport = transportTo(meta.address);
  await expect(ask(transport)).rejects.toMatchObject({ code: 'ERR_NETWORK_FAILURE' });
  expect((await ask(transport)).values).toEqual(['here']);
});

test('a command of our own is not for a real cluster', async () => {
  const transport = transportTo('localhost:1');
  const call = transport.call(incr as never, { to: 'control' }, {} as never, 5000);
  await expect(call).rejects.toThrow('not available on a real cluster');
});
