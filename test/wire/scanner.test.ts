import { expect, test } from 'vitest';
import type { Resolver } from '../../src/rpc/client/replica/resolver.ts';
import { Scanner, type ScanOptions } from '../../src/rpc/client/replica/scanner.ts';
import { encodeKey } from '../../src/rpc/idl/keys.ts';
import type { GetScannerRequest, ScanResponse } from '../../src/rpc/idl/scan.ts';

/** What the C++ client does: `src/client_lib/pegasus_client_impl.cpp get_scanner`, `pegasus_scanner_impl.cpp`. */
const key = (sortKey: string) => encodeKey(Buffer.from('h'), Buffer.from(sortKey));
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

const ENDED = -1n;
const NOT_FOUND = 1;

function reply(sortKeys: readonly string[], context_id: bigint, error = 0): ScanResponse {
  const kvs = sortKeys.map((sortKey) => ({ key: key(sortKey), value: bytes('v') }));
  return { error, kvs, context_id, app_id: 1, partition_index: 0, server: 's' } as ScanResponse;
}

/** Scans against replies that come one after the other; what was asked, by code and by its range. */
async function scanned(options: ScanOptions, replies: readonly ScanResponse[]) {
  const asked: (readonly [code: string, request: Partial<GetScannerRequest>])[] = [];
  const left = [...replies];
  const resolver = {
    async call({ code }: { code: string }, _: bigint, request: GetScannerRequest) {
      asked.push([code, request]);
      return left.shift();
    },
  } as unknown as Resolver;
  const found: string[] = [];
  for await (const { sortKey } of Scanner.ofHashKey(resolver, bytes('h'), options))
    found.push(Buffer.from(sortKey).toString());
  return { asked, found };
}

test.each<ScanOptions>([
  { startSortKey: bytes('b'), stopSortKey: bytes('a') },
  { startSortKey: bytes('b'), stopSortKey: bytes('a'), stopInclusive: true },
  { startSortKey: bytes('a'), stopSortKey: bytes('a') },
  { startSortKey: bytes('a'), stopSortKey: bytes('a'), startInclusive: false, stopInclusive: true },
  { startSortKey: bytes('c'), sortKeyFilter: { type: 'FT_MATCH_PREFIX', pattern: bytes('b') } },
])('nobody is asked for an empty range: %j', async (options) => {
  expect(await scanned(options, [])).toEqual({ asked: [], found: [] });
});

test('a prefix of sort keys narrows the range', async () => {
  const filter = { type: 'FT_MATCH_PREFIX' as const, pattern: bytes('b') };
  const ranges = async (options: ScanOptions) => {
    const { asked } = await scanned({ ...options, sortKeyFilter: filter }, [reply([], ENDED)]);
    const [, { start_key, start_inclusive, stop_key, stop_inclusive }] = asked[0]!;
    return { start_key, start_inclusive, stop_key, stop_inclusive };
  };
  const all = { start_key: key('b'), start_inclusive: true, stop_key: key('c'), stop_inclusive: false };
  expect(await ranges({ startInclusive: false })).toEqual(all);
  expect(await ranges({ stopSortKey: bytes('c'), stopInclusive: true })).toEqual(all);
  expect(
    await ranges({
      startSortKey: bytes('b1'),
      startInclusive: false,
      stopSortKey: bytes('b2'),
      stopInclusive: true,
    }),
  ).toEqual({ start_key: key('b1'), start_inclusive: false, stop_key: key('b2'), stop_inclusive: true });
});

test('one partition has all of a hash key: which is not to be looked at', async () => {
  const { asked } = await scanned({}, [reply([], ENDED)]);
  expect(asked[0]![1]).toMatchObject({ validate_partition_hash: false, full_scan: false });
});

test('a server that has forgotten the scan is asked for what lies behind the last row', async () => {
  const { asked, found } = await scanned({}, [
    reply(['a', 'b'], 7n),
    reply([], 0n, NOT_FOUND),
    reply(['c'], ENDED),
  ]);
  expect(found).toEqual(['a', 'b', 'c']);
  expect(asked.map(([code]) => code)).toEqual([
    'RPC_RRDB_RRDB_GET_SCANNER',
    'RPC_RRDB_RRDB_SCAN',
    'RPC_RRDB_RRDB_GET_SCANNER',
  ]);
  expect(asked[2]![1]).toMatchObject({ start_key: key('b'), start_inclusive: false });
});

test('but not for rows that were only counted', async () => {
  const counting = scanned({ onlyReturnCount: true }, [reply([], 7n), reply([], 0n, NOT_FOUND)]);
  await expect(counting).rejects.toThrow('not found');
});
