import { Duplex } from 'node:stream';
import { afterEach, expect, test, vi } from 'vitest';
import * as methods from '../../src/rpc/idl/methods.ts';
import { Connection } from '../../src/rpc/transport/tcp/connection.ts';

/** A socket that is never connected: the machine at the address says nothing. */
vi.mock('node:net', async (original) => ({
  ...(await original<typeof import('node:net')>()),
  createConnection: () => Object.assign(new Duplex({ read() {}, write() {} }), { ref() {}, unref() {} }),
}));

afterEach(() => void vi.useRealTimers());

test('a machine that does not answer is given up after 2 s, long before the request', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const connection = new Connection('127.0.0.1:1');
  const asked = connection.call({
    method: methods.queryConfig,
    request: { app_name: 't', partition_indices: [] },
    gpid: { app_id: 0, partition_index: 0 },
    threadHash: 0,
    partitionHash: 0n,
    timeoutMs: 60_000,
  });
  const failure = expect(asked).rejects.toThrow('no connection in time');
  vi.advanceTimersByTime(2000);
  await failure;
});
