import { expect, test } from 'vitest';
import { RpcError } from '../../src/rpc/transport/transport.ts';
import { expectAsRecorded, session, typed } from './support/cpp-shell.ts';

const recorded = session('sessions/replica-count.txt');
const missing = { err: 'ERR_APP_NOT_EXIST', hint_message: 'app(nosuch) does not exist' };

test.each(['get_replica_count temp', 'get_replica_count temp -j'])('%s', async (line) => {
  const getMaxReplicaCount = { err: 'ERR_OK', max_replica_count: 3, hint_message: '' };
  expectAsRecorded(await typed(line, { meta: { getMaxReplicaCount } }), recorded(line));
});

test('get_replica_count nosuch', async () => {
  const got = await typed('get_replica_count nosuch', {
    meta: { getMaxReplicaCount: { ...missing, max_replica_count: 0 } },
  });
  expectAsRecorded(got, recorded('get_replica_count nosuch'));
  expect(got.exitCode).toBe(1);
});

test('get_replica_count temp -z', async () => {
  expectAsRecorded(await typed('get_replica_count temp -z'), recorded('get_replica_count temp -z'));
});

test.each([
  ['get_atomic_idempotent temp', false],
  ['enable_atomic_idempotent temp', false],
  ['disable_atomic_idempotent temp', false, "no need to update atomic_idempotent since it's unchanged"],
])('%s', async (line, old_atomic_idempotent, hint_message = '') => {
  const reply = { err: 'ERR_OK', hint_message };
  const got = await typed(line, {
    meta: {
      getAtomicIdempotent: { ...reply, atomic_idempotent: old_atomic_idempotent },
      setAtomicIdempotent: { ...reply, old_atomic_idempotent },
    },
  });
  expectAsRecorded(got, recorded(line));
});

test('get_atomic_idempotent nosuch', async () => {
  const line = 'get_atomic_idempotent nosuch';
  const got = await typed(line, {
    meta: {
      getAtomicIdempotent: { ...missing, atomic_idempotent: false },
      setAtomicIdempotent: { ...missing, old_atomic_idempotent: false },
    },
  });
  expectAsRecorded(got, recorded(line));
  expect(got).toMatchObject({ out: '', exitCode: 1 });
});

test.each(['enable_atomic_idempotent', 'get_atomic_idempotent'])('%s: usage', async (line) => {
  expectAsRecorded(await typed(line), recorded(line));
});

test('no answer', async () => {
  const silent = () => new RpcError('ERR_TIMEOUT', 'x');
  const got = await typed('get_replica_count temp', { meta: { getMaxReplicaCount: silent } });
  expect(got.err).toBe('get replica count of app(temp) failed: ERR_TIMEOUT: unable to send rpc to server\n');
});
