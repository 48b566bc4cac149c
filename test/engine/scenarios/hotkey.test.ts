import { beforeEach, expect, test } from 'vitest';
import type { DetectAction, HotkeyType } from '../../../src/rpc/idl/replica-admin.ts';
import { openUniverse } from './universe.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const SORT_KEY = bytes('s');

let universe: ReturnType<typeof openUniverse>;
let table: ReturnType<ReturnType<typeof universe.clients>['data']['table']>;
let primary: string;

beforeEach(async () => {
  universe = openUniverse();
  await universe.createTable('onebox', 'temp', 1, 3);
  const { meta, data } = universe.clients('onebox');
  table = data.table('temp');
  const { partitions } = await meta.queryConfig({ app_name: 'temp', partition_indices: [] });
  primary = partitions[0]?.hp_primary ?? '';
});

function detect(type: HotkeyType, action: DetectAction, app_id = 1) {
  const request = { type, action, pid: { app_id, partition_index: 0 } };
  return universe.clients('onebox').servers.detectHotkey(primary, request, 5000);
}

async function stateOf(type: HotkeyType) {
  const { err_hint, hotkey_result } = await detect(type, 'QUERY');
  return hotkey_result ?? /hotkey_collector_state::(\w+)/.exec(err_hint ?? '')?.[1];
}

/** Many keys once, one of them often. */
async function read(hot: string, count = 50) {
  for (let i = 0; i < 100; i++) await table.get(bytes(`cold${i}`), SORT_KEY);
  for (let i = 0; i < count; i++) await table.get(bytes(hot), SORT_KEY);
}

/** To the next analysis. */
const pass = () => universe.seconds(10);

test('the key that is read most is found: first its bucket, then itself', async () => {
  expect(await detect('READ', 'START')).toEqual({
    err: 'ERR_OK',
    err_hint: 'starting to detect replication::hotkey_type::READ hotkey',
  });
  expect(await stateOf('READ')).toBe('COARSE_DETECTING');
  await read('hot\n');
  await pass();
  expect(await stateOf('READ')).toBe('FINE_DETECTING');
  await read('hot\n');
  await pass();
  expect(await detect('READ', 'QUERY')).toEqual({ err: 'ERR_OK', hotkey_result: 'hot\\n' });
  expect(await detect('READ', 'START')).toEqual({
    err: 'ERR_BUSY',
    err_hint:
      'replication::hotkey_type::READ hotkey result has been found: hot\\n, you can send a stop rpc to restart hotkey detection',
  });
  expect(await stateOf('WRITE')).toBe('STOPPED');
});

test('writes are apart from reads', async () => {
  await detect('WRITE', 'START');
  expect(await detect('WRITE', 'START')).toEqual({
    err: 'ERR_BUSY',
    err_hint:
      'still detecting replication::hotkey_type::WRITE hotkey, state is hotkey_collector_state::COARSE_DETECTING',
  });
  const write = async () => {
    for (let i = 0; i < 40; i++) await table.set(bytes(`cold${i}`), SORT_KEY, bytes('v'));
    await read('read');
    const kvs = Array.from({ length: 60 }, (_, i) => ({ sortKey: bytes(`s${i}`), value: bytes('v') }));
    await table.multiSet(bytes('written'), kvs);
    await pass();
  };
  await write();
  await write();
  expect(await stateOf('WRITE')).toBe('written');
  expect(await detect('WRITE', 'STOP')).toEqual({ err: 'ERR_OK' });
  expect(await stateOf('WRITE')).toBe('STOPPED');
});

test('nothing stands out: it gives up when its time is over', async () => {
  await detect('READ', 'START');
  for (let round = 0; round < 14; round++) {
    for (let i = 0; i < 200; i++) await table.get(bytes(`cold${i}`), SORT_KEY);
    await pass();
    expect(await stateOf('READ')).toBe('COARSE_DETECTING');
  }
  await universe.seconds(20);
  expect(await stateOf('READ')).toBe('STOPPED');
});

test('idle for a month it gives up, too', async () => {
  await detect('READ', 'START');
  await universe.seconds(30 * 86_400);
  expect(await stateOf('READ')).toBe('STOPPED');
});

// Upstream does not clear its last result when it is stopped.
test('what was found before is the answer where the next search finds nothing else', async () => {
  await detect('READ', 'START');
  for (let round = 0; round < 2; round++) {
    await read('hot');
    await pass();
  }
  expect(await stateOf('READ')).toBe('hot');
  await detect('READ', 'STOP');
  await detect('READ', 'START');
  await read('other');
  await pass();
  expect(await stateOf('READ')).toBe('FINE_DETECTING');
  await pass();
  expect(await stateOf('READ')).toBe('hot');
});

test('the threshold counts as it is at the time; a server that starts anew knows nothing', async () => {
  await universe.config('onebox', { 'pegasus.server.hot_bucket_variance_threshold': '1000' });
  await detect('READ', 'START');
  await read('hot');
  await pass();
  expect(await stateOf('READ')).toBe('COARSE_DETECTING');
  await universe.config('onebox', { 'pegasus.server.hot_bucket_variance_threshold': '3' });
  await read('hot');
  await pass();
  expect(await stateOf('READ')).toBe('FINE_DETECTING');
  await universe.node('onebox', primary, 'restart');
  await universe.seconds(1);
  await universe.write('onebox', 'temp', 1);
  expect(await stateOf('READ')).toBe('STOPPED');
});

test('how much requests count', async () => {
  const SETTINGS = {
    'pegasus.server.hot_bucket_variance_threshold': '0',
    'pegasus.server.hot_key_variance_threshold': '0',
  };
  await universe.config('onebox', SETTINGS);
  const hottest = async (type: HotkeyType, ask: () => Promise<unknown>) => {
    await detect(type, 'STOP');
    await detect(type, 'START');
    for (let round = 0; round < 2; round++) {
      await ask();
      await pass();
    }
    return stateOf(type);
  };
  const kvs = ['a', 'b', 'c'].map((key) => ({ sortKey: bytes(key), value: bytes('v') }));
  await table.multiSet(bytes('many'), kvs);
  const twice = async (ask: () => Promise<unknown>) => {
    await ask();
    await ask();
  };
  expect(
    await hottest('READ', async () => {
      await twice(() => table.get(bytes('one'), SORT_KEY));
      await table.multiGet(bytes('many'));
    }),
  ).toBe('many');
  expect(
    await hottest('READ', async () => {
      await twice(() => table.ttl(bytes('one'), SORT_KEY));
      await table.sortkeyCount(bytes('many'));
    }),
  ).toBe('one');
  expect(
    await hottest('WRITE', async () => {
      await twice(() => table.incr(bytes('one'), SORT_KEY, 1n));
      await table.multiDel(bytes('many'), [bytes('a'), bytes('b'), bytes('c')]);
    }),
  ).toBe('many');
});

test('refused where there is no such replica', async () => {
  expect(await detect('READ', 'START', 9)).toEqual({ err: 'ERR_OBJECT_NOT_FOUND' });
});

test('nothing is kept of requests while nobody looks for hot keys', async () => {
  const memory = () => {
    universe.letOthersIn();
    const path = `/w/clusters/onebox/nodes/${primary.replace(':', '_')}/memory/1.json`;
    return Buffer.from(universe.files.read(path) ?? []).toString();
  };
  await read('hot');
  expect(memory()).not.toContain('hotkeys');
  await detect('READ', 'START');
  expect(memory()).toContain('hotkeys');
  await read('hot', 1);
  expect(universe.closeAndCheck()).toEqual([]);
});
