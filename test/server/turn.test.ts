import { Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { setClock } from '../../src/engine/control/clock.ts';
import { asBytes, Frames } from '../../src/rpc/codec/frames.ts';
import { Writer } from '../../src/rpc/codec/writer.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import { Turn } from '../../src/server/turn.ts';
import { thftReplyLength, writeThftRequest } from '../wire/support/thft-client.ts';
import { dial, served } from './support/served.ts';

const FRAME_LIMIT = 1 << 20;

afterEach(() => {
  vi.restoreAllMocks();
});

test('requests that arrived together share a sync, also when they take more than one slice', async () => {
  let clockMs = 0;
  const now = (): number => {
    clockMs += 10;
    return clockMs;
  };
  const it = await served({ now });
  const sync = vi.spyOn(it.simulation, 'sync');
  const socket = await dial(it.meta(1));
  await answersTo(socket, 3);
  expect(sync).toHaveBeenCalledTimes(1);
  socket.destroy();
  await it.stop();
});

test.each([
  ['a request that takes a moment is made durable in the same turn of the event loop', 0, 1],
  ['one that takes longer than a slice in the next', 10, 2],
])('%s', async (_, stepMs, turns) => {
  let clockMs = 0;
  const now = (): number => {
    clockMs += stepMs;
    return clockMs;
  };
  const it = await served({ now });
  let [passed, syncedAfter] = [0, 0];
  const count = (): void => {
    passed++;
    if (syncedAfter === 0) setImmediate(count);
  };
  const admit = it.simulation.admit.bind(it.simulation);
  vi.spyOn(it.simulation, 'admit').mockImplementation((isBack) => {
    setImmediate(count);
    return admit(isBack);
  });
  const sync = it.simulation.sync.bind(it.simulation);
  vi.spyOn(it.simulation, 'sync').mockImplementation(() => {
    syncedAfter ||= passed;
    sync();
  });
  const socket = await dial(it.meta(1));
  const answered = new Promise((resolve) => socket.once('data', resolve));
  socket.write(request(1));
  await answered;
  expect(syncedAfter).toBe(turns);
  socket.destroy();
  await it.stop();
});

test('a turn waits until its work can be finished, and tells what fails in that', async () => {
  let left = 3;
  const done: string[] = [];
  const work = {
    isDone: () => false,
    mustWait: () => {
      if (left < 0) throw new Error('the disk refuses');
      done.push('part');
      return left-- > 0;
    },
    finish: () => void done.push('finished'),
    afterwards: () => void done.push('tidied'),
  };
  const failed = await new Promise((resolve) => {
    const turn = new Turn(work, resolve);
    turn.add({
      flush: () => {
        done.push('answered');
        turn.plan();
      },
    });
  });
  expect(done).toEqual(['part', 'part', 'part', 'part', 'finished', 'answered', 'tidied']);
  expect(failed).toEqual(new Error('the disk refuses'));
});

test.each([
  ['are sent while more are made', 'realtime', 2],
  ['wait where the time that each takes has to be durable first', 'manual', 1],
] as const)('the first of many answers %s', async (_, mode, writes) => {
  const it = await served({ now: () => 0 }, () => 1);
  it.simulation.change((universe) => setClock(universe, { mode }));
  const socket = await dial(it.meta(1));
  await answersTo(socket, 1);
  const write = vi.spyOn(Socket.prototype, 'write');
  await answersTo(socket, 64);
  expect(write.mock.contexts.filter((other) => other !== socket)).toHaveLength(writes);
  socket.destroy();
  await it.stop();
});

/** Sends so many requests at once, and waits for all answers. */
function answersTo(socket: Socket, count: number): Promise<void> {
  const frames = new Frames(thftReplyLength, FRAME_LIMIT, asBytes);
  let replies = 0;
  const answered = new Promise<void>((resolve) => {
    socket.on('data', function take(chunk) {
      replies += frames.push(chunk).length;
      if (replies < count) return;
      socket.off('data', take);
      resolve();
    });
  });
  socket.write(Buffer.concat(Array.from({ length: count }, (_, at) => request(at))));
  return answered;
}

function request(sequence: number): Buffer {
  const writer = new Writer();
  const header = {
    version: 0 as const,
    name: methods.queryConfig.code,
    sequence,
    gpid: { app_id: 0, partition_index: 0 },
    timeoutMs: 0,
    threadHash: 0,
    partitionHash: 0n,
    isBackupRequest: false,
  };
  writeThftRequest(writer, header, methods.queryConfig.request, {
    app_name: 'temp',
    partition_indices: [],
  });
  return writer.take();
}
