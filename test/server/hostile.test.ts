import { once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as methods from '../../src/rpc/idl/methods.ts';
import { dial, type Served, served, ThftClient } from './support/served.ts';

let it: Served;

beforeEach(async () => {
  it = await served({ limits: { connections: 5, slowestMessageMs: 200 } });
});

afterEach(() => it.stop());

const told = () =>
  it.events.flatMap((event) => (event.event.startsWith('connection') ? [event as { reason: string }] : []));

/** Sends bytes and waits until the server has closed the connection. */
async function closedAfter(bytes: Buffer | string): Promise<void> {
  const socket = await dial(it.meta(1));
  const closed = once(socket, 'close');
  socket.on('error', () => {});
  socket.write(bytes);
  await closed;
}

function thftHeader(bodyLength: number): Buffer {
  const header = Buffer.alloc(48);
  header.write('THFT');
  header.writeInt32BE(48, 8);
  header.writeUInt32BE(bodyLength, 16);
  return header;
}

function thft(name: string, args: readonly number[]): Buffer {
  const call = Buffer.from([0x80, 1, 0, 1, 0, 0, 0, name.length, ...Buffer.from(name), 0, 0, 0, 1]);
  const body = Buffer.concat([call, Buffer.from(args)]);
  return Buffer.concat([thftHeader(body.length), body]);
}

function rdsnHeader(bodyLength: number): Buffer {
  const header = Buffer.alloc(192);
  header.write('RDSN');
  header.writeUInt32LE(192, 8);
  header.writeUInt32LE(bodyLength, 16);
  return header;
}

const QUERY = methods.queryConfig.code;
/** Field 1 of the arguments, a struct. */
const ARGUMENTS = [0x0c, 0, 1];

describe('closes the connection, with one line of log, and serves the others', () => {
  const cases: Readonly<Record<string, readonly [bytes: Buffer | string, reason: RegExp]>> = {
    'of no protocol': ['SSH-2.0-OpenSSH\r\n', /no protocol/],
    'a THFT frame over the limit, of which only the header comes': [thftHeader(0xfffffff0), /over the limit/],
    'an RDSN frame over the limit, of which only the header comes': [
      rdsnHeader(0xfffffff0),
      /over the limit/,
    ],
    'a frame that does not end': [thftHeader(100), /not complete after 0.2 s/],
    'not even a whole magic number': ['TH', /not complete after 0.2 s/],
    'a list of two thousand million elements': [
      thft(QUERY, [...ARGUMENTS, 0x0f, 0, 2, 0x08, 0x7f, 0xff, 0xff, 0xff]),
      /./,
    ],
    'lists in lists without end': [
      thft(QUERY, [...ARGUMENTS, 0x0f, 0, 99, ...Array(80).fill([0x0f, 0, 0, 0, 1]).flat()]),
      /nested deeper than/,
    ],
    'a text longer than its frame': [thft(QUERY, [...ARGUMENTS, 0x0b, 0, 1, 0x7f, 0, 0, 0]), /./],
    'an HTTP request that does not end': ['GET /version HTTP/1.1\r\nX: ', /no request after 0.2 s/],
    'what is no HTTP after all': ['GET \0\0\r\n\r\n', /Parse Error/],
  };

  test.each(Object.entries(cases))('%s', async (_, [bytes, reason]) => {
    const other = await ThftClient.connect(it.meta(1));
    await closedAfter(bytes);
    expect(told().map((event) => event.reason)).toEqual([expect.stringMatching(reason)]);
    expect(await other.call(methods.clusterInfo, {})).toMatchObject({ err: 'ERR_OK' });
  });
});

test('an answer may take longer than a request', async () => {
  const admit = vi.spyOn(it.simulation, 'admit').mockReturnValue(false);
  const asking = await dial(it.meta(1));
  asking.write('GET /version HTTP/1.1\r\nHost: x\r\n\r\n');
  const answered = Promise.race([once(asking, 'data'), once(asking, 'close')]);
  // The time for a request is over then.
  await closedAfter('GET /version HTTP/1.1\r\nX: ');
  admit.mockRestore();
  expect(String((await answered)[0])).toContain('200 OK');
  asking.destroy();
});

test('a connection more than there may be is refused', async () => {
  const open: Socket[] = [];
  for (let n = 0; n < 5; n++) open.push(await dial(it.meta(1)));
  await closedAfter('');
  expect(told()).toEqual([
    expect.objectContaining({ event: 'connection-refused', reason: 'more than 5 connections' }),
  ]);
  open[0]!.destroy();
  await once(open[0]!, 'close');
  const other = await ThftClient.connect(it.meta(1));
  expect(await other.call(methods.clusterInfo, {})).toMatchObject({ err: 'ERR_OK' });
});

test('a message may come as slowly as it likes, if it comes in time', async () => {
  const patient = await served();
  const socket = await dial(patient.meta(1));
  const frame = thft(methods.clusterInfo.code, [...ARGUMENTS, 0, 0]);
  for (const byte of frame) socket.write(Buffer.of(byte));
  await once(socket, 'data');
  socket.destroy();
  await patient.stop();
});
