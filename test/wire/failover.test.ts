import { afterEach, expect, test } from 'vitest';
import { createMetaClient } from '../../src/rpc/client/meta/index.ts';
import { createDataClient } from '../../src/rpc/client/replica/data.ts';
import type { Table } from '../../src/rpc/client/replica/table.ts';
import type { PartitionConfiguration } from '../../src/rpc/idl/layer2.ts';
import { get, put, queryConfig } from '../../src/rpc/idl/methods.ts';
import { tcpTransport } from '../../src/rpc/transport/tcp/tcp.ts';
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

/** A table of one partition whose primaries are, query after query, those given; the last one stays. */
async function cluster(...primaries: Partial<PartitionConfiguration>[]) {
  const asked: unknown[] = [];
  const meta = await server((request) => {
    const primary = primaries[Math.min(asked.push(0), primaries.length) - 1]!;
    request.reply(queryConfig as never, configOf(primary) as never);
  });
  const transport = tcpTransport([meta.address]);
  open.push(transport);
  const table = createDataClient(transport, createMetaClient(transport)).table('t');
  return { table, timesAsked: () => asked.length };
}

function configOf(primary: Partial<PartitionConfiguration>) {
  const partition = {
    pid: { app_id: 2, partition_index: 0 },
    ballot: 3,
    max_replica_count: 3,
    primary: '',
    secondaries: [],
    last_drops: [],
    last_committed_decree: 0,
    partition_flags: 0,
    ...primary,
  };
  return { err: 'ERR_OK', app_id: 2, partition_count: 1, is_stateful: true, partitions: [partition] };
}

const bytes = (text: string) => Buffer.from(text);
const at = ({ address }: Responder) => ({ primary: address });
const place = { app_id: 2, partition_index: 0, server: 'x' };
const tells = (text: string) => (request: Arrived) =>
  request.reply(get as never, { error: 0, value: bytes(text), ...place } as never);
const takes = (request: Arrived) => request.reply(put as never, { error: 0, decree: 1, ...place } as never);

const read = (table: Table, timeoutMs = 5000) => table.get(bytes('h'), bytes('s'), timeoutMs);
const write = (table: Table, timeoutMs = 5000) => table.set(bytes('h'), bytes('s'), bytes('v'), 0, timeoutMs);

/** Fails the first requests with these codes, then does what it is told. */
function failing(codes: readonly string[], then: (request: Arrived) => void) {
  const left = [...codes];
  return (request: Arrived) => {
    const code = left.shift();
    if (code === undefined) then(request);
    else request.fail(code);
  };
}

test.each(['ERR_INVALID_STATE', 'ERR_OBJECT_NOT_FOUND', 'ERR_PARENT_PARTITION_MISUSED'])(
  'after %s the meta server is asked anew, and the new primary is found',
  async (code) => {
    const old = await server((request) => request.fail(code));
    const now = await server(tells('v'));
    const { table, timesAsked } = await cluster(at(old), at(now));
    expect((await read(table)).reply?.value).toEqual(new Uint8Array(bytes('v')));
    expect([old.arrived.length, now.arrived.length, timesAsked()]).toEqual([1, 1, 2]);
  },
);

test.each(['ERR_NOT_ENOUGH_MEMBER', 'ERR_CAPACITY_EXCEEDED'])(
  'after %s the same primary is asked again, and the meta server is not',
  async (code) => {
    const primary = await server(failing([code, code], takes));
    const { table, timesAsked } = await cluster(at(primary));
    expect((await write(table)).error.code).toBe(0);
    expect([primary.arrived.length, timesAsked()]).toEqual([3, 1]);
  },
);

test.each([
  'ERR_HANDLER_NOT_FOUND',
  'ERR_OPERATION_DISABLED',
  'ERR_BUSY',
  'ERR_SPLITTING',
  'ERR_DISK_INSUFFICIENT',
])('%s is final', async (code) => {
  const primary = await server((request) => request.fail(code));
  const { table } = await cluster(at(primary));
  expect((await write(table)).error.code).toBeLessThan(0);
  expect(primary.arrived).toHaveLength(1);
});

test('a partition without a primary is waited for', async () => {
  const primary = await server(tells('v'));
  const { table, timesAsked } = await cluster({}, {}, at(primary));
  expect((await read(table)).error.code).toBe(0);
  expect(timesAsked()).toBe(3);
});

test('the host name is taken before the address', async () => {
  const primary = await server(tells('v'));
  const port = primary.address.split(':')[1];
  const { table } = await cluster({ primary: '127.0.0.1:1', hp_primary: `localhost:${port}` });
  expect((await read(table)).error.code).toBe(0);
});

test('a read whose connection breaks is sent to the new primary; a write that may have been done is not', async () => {
  const breaking = await server((request) => request.hangUp());
  const now = await server(tells('v'));
  const reading = await cluster(at(breaking), at(now));
  expect((await read(reading.table)).error.code).toBe(0);
  const writing = await cluster(at(breaking), at(now));
  expect((await write(writing.table)).error.text).toBe('network failure');
  expect([breaking.arrived.length, now.arrived.length]).toEqual([2, 1]);
});

test('a write to a server that cannot be reached was not done, and goes to the new primary', async () => {
  const gone = await responder(() => {});
  await gone.close();
  const now = await server(takes);
  const { table } = await cluster(at(gone), at(now));
  expect((await write(table)).error.code).toBe(0);
});

test('a server that goes on refusing ends in a time-out, of the time that was given', async () => {
  const primary = await server((request) => request.fail('ERR_INVALID_STATE'));
  const { table } = await cluster(at(primary));
  expect((await read(table, 100)).error.text).toBe('timeout');
  const limits = primary.arrived.map(({ header }) => header.timeoutMs);
  expect(limits.length).toBeGreaterThan(1);
  expect(limits.every((limit) => limit <= 100)).toBe(true);
});
