import { afterAll, beforeAll, expect, test } from 'vitest';
import { blankOf } from '../../src/rpc/codec/blank.ts';
import * as methods from '../../src/rpc/idl/methods.ts';
import type { StructType } from '../../src/rpc/idl/schema.ts';
import type { RpcMethod } from '../../src/rpc/method.ts';
import { coverage } from '../../src/server/coverage.ts';
import { type Served, served, ThftClient } from './support/served.ts';

let it: Served;

beforeAll(async () => {
  it = await served();
});
afterAll(() => it.stop());

const NOBODY = 'ERR_HANDLER_NOT_FOUND';
const ALL = Object.values(methods) as unknown as readonly RpcMethod<object, unknown>[];
const isServed = new Map(coverage().map((covered) => [covered.code, covered.is_served]));

/** Data go to a partition, everything else to the server itself. */
function placeOf({ code }: RpcMethod<object, unknown>) {
  return code.startsWith('RPC_RRDB') ? { appId: 1, pidx: 0 } : {};
}

test.each(ALL.filter(({ code }) => code !== methods.clearScanner.code))('$code', async (method) => {
  const client = await ThftClient.connect(method.server === 'meta' ? it.meta(1) : it.replica(1));
  const request = blankOf(method.request as StructType<object>);
  const reply = await client.call(method, request, placeOf(method));
  expect(reply === NOBODY).toBe(!isServed.get(method.code));
  client.end();
});

test('every method is told of once', () => {
  expect(coverage().map(({ code }) => code)).toEqual([...new Set(ALL.map(({ code }) => code))].sort());
});
