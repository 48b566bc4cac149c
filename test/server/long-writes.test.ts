import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { setClock } from '../../src/engine/control/clock.ts';
import { lineOf, makingLine } from '../../src/engine/replica/mutation-line.ts';
import type { Steps } from '../../src/engine/steps.ts';
import { crc64 } from '../../src/rpc/idl/crc64.ts';
import type { QueryCfgResponse } from '../../src/rpc/idl/layer2.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import { served, ThftClient } from './support/served.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const HASH_KEY = bytes('h');
const sortKeys = Array.from({ length: 1000 }, (_, at) => bytes(`s${at}`));

const MULTI_PUT = {
  hash_key: HASH_KEY,
  kvs: sortKeys.map((key) => ({ key, value: bytes('v') })),
  expire_ts_seconds: 0,
};
const CHECK_AND_MUTATE = {
  hash_key: HASH_KEY,
  check_sort_key: bytes('s1'),
  check_type: 'CT_VALUE_EXIST' as const,
  check_operand: bytes(''),
  mutate_list: sortKeys.slice(1).map((sort_key) => ({
    operation: 'MO_DELETE' as const,
    sort_key,
    value: bytes(''),
    set_expire_ts_seconds: 0,
  })),
  return_check_value: true,
};
const MULTI_REMOVE = { hash_key: HASH_KEY, sort_keys: sortKeys, max_count: 0 };

afterEach(() => {
  vi.restoreAllMocks();
});

/** A table on a server of which every look at the clock says that the turn is over. */
async function hurried(mode: 'realtime' | 'manual') {
  let nowMs = 0;
  const it = await served({ now: () => (nowMs += 10) }, () => 1_800_000_000_000_000);
  it.simulation.change((universe) => setClock(universe, { mode }));
  const meta = await ThftClient.connect(it.meta(1));
  const request = { app_name: 'temp', partition_indices: [] };
  const { app_id: appId, partitions } = (await meta.call(methods.queryConfig, request)) as QueryCfgResponse;
  const place = { appId, pidx: Number(crc64(HASH_KEY) % 4n) };
  const dial = () => ThftClient.connect(partitions[place.pidx]!.primary);
  const [client, other] = [await dial(), await dial()];
  const count = () => other.call(methods.sortkeyCount, { hash_key: HASH_KEY }, place);
  return { it, client, place, count };
}

test.each(['realtime', 'manual'] as const)(
  'a write of many records lets the event loop turn, and others see all of it or nothing (%s)',
  async (mode) => {
    const { it, client, place, count } = await hurried(mode);
    const goOn = vi.spyOn(it.simulation, 'goOn');
    const put = client.call(methods.multiPut, MULTI_PUT, place);
    while (!it.simulation.isMidway) await turn();
    expect(await count()).toMatchObject({ error: 0, count: 1000 });
    expect(await put).toMatchObject({ error: 0 });
    expect(goOn.mock.calls.length).toBeGreaterThan(5);
    const mutate = client.call(methods.checkAndMutate, CHECK_AND_MUTATE, place);
    while (!it.simulation.isMidway) await turn();
    expect(await count()).toMatchObject({ error: 0, count: 1 });
    expect(await mutate).toMatchObject({ error: 0, check_value_exist: true, check_value: bytes('v') });
    expect(await client.call(methods.multiRemove, MULTI_REMOVE, place)).toMatchObject({
      error: 0,
      count: 1000,
    });
    expect(await count()).toMatchObject({ error: 0, count: 0 });
    client.end();
    await it.stop();
  },
);

test('a check that fails changes nothing', async () => {
  const { it, client, place, count } = await hurried('manual');
  expect(await client.call(methods.checkAndMutate, CHECK_AND_MUTATE, place)).toMatchObject({ error: 13 });
  expect(await count()).toMatchObject({ count: 0 });
  client.end();
  await it.stop();
});

test('the line of a mutation is the same, made in steps', () => {
  const head = { decree: 7, ballot: 3, committed: 6, time_us: 1_800_000_000_000_000, default_ttl: 5 };
  const updates = [
    { code: 'RPC_RRDB_RRDB_MULTI_PUT', request: MULTI_PUT },
    { code: 'RPC_RRDB_RRDB_CHECK_AND_MUTATE', request: CHECK_AND_MUTATE },
    { code: 'RPC_RRDB_RRDB_REMOVE', request: { key: bytes('k') } },
  ];
  const { line, steps } = whole(makingLine(head, updates));
  expect(steps).toBe(8);
  expect(line.text).toBe(lineOf(head, updates).text);
});

function whole<R>(making: Steps<R>): { line: R; steps: number } {
  for (let steps = 0; ; steps++) {
    const { done, value } = making.next();
    if (done === true) return { line: value, steps };
  }
}
