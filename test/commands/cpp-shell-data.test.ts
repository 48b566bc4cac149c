import { describe, expect, test } from 'vitest';
import { INCOMPLETE, INVALID_HASH_KEY, NOT_FOUND, SUCCESS } from '../../src/rpc/client/replica/errors.ts';
import { ScanError } from '../../src/rpc/client/replica/scanner.ts';
import { encodeKey } from '../../src/rpc/idl/keys.ts';
import { RpcError } from '../../src/rpc/transport/transport.ts';
import { expectAsRecorded, session, typed } from './support/cpp-shell.ts';
import { healthy } from './support/replies.ts';

const recorded = session('data.txt');
const text = (value: string) => Uint8Array.from(Buffer.from(value));
const inUse = { session: { table: 'temp' } };

/** A reply of partition `pidx` of table 2. */
const from = (pidx: number, port: number, more: object = {}) => ({
  error: SUCCESS,
  reply: { error: 0, app_id: 2, partition_index: pidx, server: `localhost:${port}`, ...more },
});

describe('one key', () => {
  const h1 = (more: object = {}) => from(2, 34803, more);

  test.each([
    ['set h1 s1 v1', { set: h1({ decree: 2 }) }],
    ['get h1 s1', { get: h1({ value: text('v1') }) }],
    ['get h1 nosuch', { get: { ...h1({ value: text('') }), error: NOT_FOUND } }],
    ['get h1 "quo\\"te"', { get: h1({ value: Uint8Array.of(0x76, 0, 1, 0xff) }) }],
    ['exist h1 nosuch', { ttl: { ...h1(), error: NOT_FOUND } }],
    ['ttl h1 s1', { ttl: h1({ ttl_seconds: -1 }) }],
    ['del h1 s1', { del: h1({ decree: 5 }) }],
  ])('%s', async (line, table) => {
    const isEscaped = recorded(line).stderr.includes('\\x76');
    const got = await typed(line, { table, session: { table: 'temp', escapeAll: isEscaped } });
    expectAsRecorded(got, recorded(line));
    expect(got).toMatchObject({ err: '', exitCode: 0 });
  });

  test('a value that is text in another script', async () => {
    const got = await typed('get 中文 键', { ...inUse, table: { get: h1({ value: text('值') }) } });
    expectAsRecorded(got, recorded('get 中文 键'));
    expect(got.sent).toEqual([['get', text('中文'), text('键'), 5000]]);
  });

  test('bytes that are no text reach the client as typed', async () => {
    const got = await typed('set h "\\xff\\x00" "\\xe4\\xbd"', {
      ...inUse,
      table: { set: h1({ decree: 1 }) },
    });
    expect(got.sent[0]!.slice(1, 4)).toEqual([text('h'), Uint8Array.of(0xff, 0), Uint8Array.of(0xe4, 0xbd)]);
  });

  test('seconds to live', async () => {
    const got = await typed('set h s v 100', {
      session: { table: 'temp', dataTimeoutMs: 70 },
      table: { set: h1({ decree: 1 }) },
    });
    expect(got.sent).toEqual([['set', text('h'), text('s'), text('v'), 100, 70]]);
    expect((await typed('ttl h s', { ...inUse, table: { ttl: h1({ ttl_seconds: 93 }) } })).out).toMatch(
      /^93\n\n/,
    );
  });

  test('a refusal tells nowhere of itself, on stderr', async () => {
    const timeout = { error: { code: -2, text: 'timeout' }, reply: undefined };
    const got = await typed('set h s v', { ...inUse, table: { set: timeout } });
    const err =
      'ERROR: timeout\n\napp_id          : -1\npartition_index : -1\ndecree          : -1\nserver          : \n';
    expect(got).toMatchObject({ out: '', err, exitCode: 1 });
  });

  test('without a table', async () => {
    const got = await typed('set a b c');
    expect(got).toMatchObject({ err: 'No app is using now\nUSAGE: use [app_name]\n', exitCode: 2 });
  });
});

describe('one hash key', () => {
  const refused = { error: INVALID_HASH_KEY, reply: undefined };
  const pair = (key: string, value: string) => ({ key: text(key), value: text(value) });
  const h2 = { kvs: [pair('c', '3'), pair('a', '1'), pair('b', '2')] };

  test.each([
    ['multi_set "" a 1', { multiSet: refused }],
    ['multi_get h2', { multiGet: from(1, 34802, h2) }],
    ['multi_get_sortkeys nosuch', { multiGet: from(2, 34803, { kvs: [] }) }],
    ['multi_get_sortkeys ""', { multiGet: refused }],
    ['count nosuch', { sortkeyCount: from(2, 34803, { count: 0 }) }],
    ['multi_del h2 a b', { multiDel: from(1, 34802, { count: 2, decree: 3 }) }],
  ])('%s', async (line, table) => {
    expectAsRecorded(await typed(line, { ...inUse, table }), recorded(line));
  });

  test('a sort key that is typed twice is asked for once', async () => {
    const got = await typed('multi_get h b a b', { ...inUse, table: { multiGet: from(1, 34802, h2) } });
    expect(got.sent).toEqual([['multiGet', text('h'), { sort_keys: [text('a'), text('b')] }, 5000]]);
  });

  const ranges = (from_: number, to: number) =>
    Array.from({ length: to - from_ + 1 }, (_, at) => String(from_ + at).padStart(2, '0')).map((n) =>
      pair(`k${n}`, `v${n}`),
    );

  test.each([
    ['multi_get_range hr k03 k07', ranges(3, 6), SUCCESS],
    ['multi_get_range hr "" "" -n 3 -r', ranges(9, 11).reverse(), INCOMPLETE],
    ['multi_get_range hr "" "" -s postfix -y 5', ranges(5, 5), SUCCESS],
  ])('%s', async (line, kvs, error) => {
    const multiGet = { ...from(6, 34801, { kvs }), error };
    expectAsRecorded(await typed(line, { ...inUse, table: { multiGet } }), recorded(line));
  });

  test('multi_get_range asks for what was typed', async () => {
    const multiGet = from(6, 34801, { kvs: [] });
    const got = await typed('multi_get_range h a b -a false --stop_inclusive=true -s PREFIX -y x -n 7 -ir', {
      ...inUse,
      table: { multiGet },
    });
    expect(got.sent[0]![2]).toEqual({
      start_sortkey: text('a'),
      stop_sortkey: text('b'),
      start_inclusive: false,
      stop_inclusive: true,
      sort_key_filter_type: 'FT_MATCH_PREFIX',
      sort_key_filter_pattern: text('x'),
      max_kv_count: 7,
      no_value: true,
      reverse: true,
    });
  });

  test('a server that gives up counting', async () => {
    const sortkeyCount = from(1, 34802, { count: -1 });
    const got = await typed('count h', { ...inUse, table: { sortkeyCount } });
    expect(got).toMatchObject({ out: '', exitCode: 1 });
    expect(got.err).toMatch(/^ERROR: it takes too long to count sortkey\n\napp_id {10}: 2\n/);
  });

  test('a sort key twice', async () => {
    const got = await typed('multi_set h a 1 a 2', inUse);
    expect(got).toMatchObject({ err: 'ERROR: duplicate sort key a\n', exitCode: 2, sent: [] });
  });
});

/** A scanner that brings these rows in one batch, or fails. */
function scanner(
  pidx: number,
  port: number,
  rows: readonly (readonly [string, string, string])[],
  failure?: ScanError,
) {
  const kvs = rows.map(([hashKey, sortKey, value]) => ({
    key: encodeKey(text(hashKey), text(sortKey)),
    value: text(value),
  }));
  return {
    async *batches() {
      yield { app_id: 2, partition_index: pidx, server: `localhost:${port}`, kvs, context_id: -1n };
      if (failure !== undefined) throw failure;
    },
  };
}

describe('scans', () => {
  const hr = ['02', '03', '04', '06', '07'].map((n) => ['hr', `k${n}`, `v${n}`] as const);

  test.each([
    'hash_scan hr "" ""',
    'hash_scan hr "" "" -d',
    'hash_scan hr "" "" -i',
    'hash_scan hr "" "" -v exact -z v04',
  ])('%s', async (line) => {
    const table = { hashScan: scanner(6, 34801, hr) };
    expectAsRecorded(await typed(line, { ...inUse, table }), recorded(line));
  });

  const rest = [
    ['h2', 'c', '3'],
    ['h1', '', 'emptysort'],
  ] as const;

  test.each(['full_scan -n 2', 'full_scan -h prefix -x hr'])('%s', async (line) => {
    const rows = line.includes('-h') ? hr : [...rest, ...hr];
    const table = { fullScan: [scanner(1, 34802, []), scanner(2, 34801, rows), scanner(3, 34801, [])] };
    expectAsRecorded(await typed(line, { ...inUse, table }), recorded(line));
  });

  test('multi_del_range deletes a hundred at a time, and not what an error came after', async () => {
    const rows = Array.from({ length: 150 }, (_, at) => ['h', String(1000 + at), ''] as const);
    const failure = new ScanError({ code: -2, text: 'timeout' });
    const multiDel = { error: SUCCESS, reply: { count: 100, app_id: 2, partition_index: 0, server: '' } };
    const got = await typed('multi_del_range h "" "" -i', {
      ...inUse,
      table: { hashScan: scanner(0, 1, rows, failure), multiDel },
    });
    const deleted = got.sent.filter(([method]) => method === 'multiDel').map(([, , keys]) => keys);
    expect(deleted).toEqual([rows.slice(0, 100).map(([, sortKey]) => text(sortKey))]);
    expect(got.err).toMatch(/\n\nTerminated for error, 100 sort keys deleted\.\n$/);
  });

  test('a partition that fails is told of, the others go on', async () => {
    const failure = new ScanError(
      { code: -2, text: 'timeout' },
      { app_id: 2, partition_index: 0, server: 'localhost:34801' },
    );
    const table = {
      fullScan: [scanner(0, 34801, [['a', 'b', 'c']], failure), scanner(1, 34802, [['d', 'e', 'f']])],
    };
    const got = await typed('full_scan', { ...inUse, table });
    expect(got.out).toMatch(/"a" : "b" => "c"\n"d" : "e" => "f"\n\n2 key-value pairs got\.\n$/);
    expect(got).toMatchObject({
      err: 'ERROR: timeout {app_id=2, partition_index=0, server=localhost:34801}\n',
      exitCode: 1,
    });
  });

  test('no time is the time of the RPC, as upstream sends it', async () => {
    const scanned = { ...inUse, table: { fullScan: [], hashScan: scanner(0, 1, []) } };
    const { out, sent } = await typed('full_scan -t 0', scanned);
    expect(out).toContain('timout_ms: 0\n');
    expect(sent[0]![1]).toMatchObject({ timeoutMs: 10_000 });
    expect((await typed('hash_scan h "" "" -t 0', scanned)).sent[0]![2]).toMatchObject({ timeoutMs: 10_000 });
    expect((await typed('full_scan -t -1', scanned)).sent[0]![1]).toMatchObject({ timeoutMs: -1 });
  });

  test('of no table', async () => {
    const got = await typed('full_scan', {
      ...inUse,
      table: { fullScan: () => new RpcError('ERR_OBJECT_NOT_FOUND', 'x') },
    });
    expect(got).toMatchObject({ err: 'ERROR: object not found\n', exitCode: 1 });
  });

  test('exact sort keys are asked for as a prefix', async () => {
    const rows = [
      ['h', 'ab', '1'],
      ['h', 'abc', '2'],
    ] as const;
    const got = await typed('full_scan -s exact -y ab', {
      ...inUse,
      table: { fullScan: [scanner(0, 1, rows)] },
    });
    expect(got.out).toMatch(/\n"h" : "ab" => "1"\n\n1 key-value pairs got\.\n$/);
    expect(got.sent[0]![1]).toMatchObject({
      sortKeyFilter: { type: 'FT_MATCH_PREFIX', pattern: text('ab') },
    });
  });
});

describe('count_data', () => {
  /** What the servers counted, by partition. */
  const counts = (...rows: readonly number[]) =>
    rows.map((kv_count) => ({
      async *batches() {
        yield { app_id: 2, partition_index: 0, server: '', kvs: [], kv_count, context_id: -1n };
      },
    }));
  const eight = counts(1, 1, 6, 1, 1, 2, 7, 0);

  test.each(['count_data -c', 'count_data -c -p 1', 'count_data -c -p 99', 'count_data -c -r 1'])(
    '%s',
    async (line) => {
      const got = await typed(line, { ...inUse, table: { fullScan: eight } });
      expectAsRecorded(got, recorded(line));
      expect(got.exitCode).toBe(line.endsWith('99') ? 1 : 0);
    },
  );

  test('count_data', async () => {
    const got = await typed('count_data', {
      ...inUse,
      table: { fullScan: counts(3, 1, 8, 3, 2, 10, 23, 2) },
    });
    expectAsRecorded(got, recorded('count_data'));
  });

  test('hash keys, counted where they change', async () => {
    const rows = [
      ['', 'x', '1'],
      ['h', 'a', '1'],
      ['h', 'b', '1'],
      ['i', 'a', '1'],
    ] as const;
    const got = await typed('count_data -c -d', { ...inUse, table: { fullScan: [scanner(0, 1, rows)] } });
    expect(got.out).toContain(
      'total 4 rows (2 hash keys), last second 4 rows\nINFO: split[0]: 4 rows (2 hash keys)\n',
    );
    expect(got.out).toMatch(/Count done, total 4 rows\. \(2 hash keys\)\n$/);
  });

  test('the largest rows, biggest first', async () => {
    const rows = [
      ['h', 'a', '1'],
      ['h', 'b', '22222'],
      ['h', 'c', '333'],
    ] as const;
    const got = await typed('count_data -c -a -n 2', {
      ...inUse,
      table: { fullScan: [scanner(0, 1, rows)] },
    });
    expect(got.out).toMatch(
      /=\n\n\[top\]\[1\]\.hash_key = "h"\n\[top\]\[1\]\.sort_key = "b"\n\[top\]\[1\]\.row_size = 7\n\[top\]\[2\]\.hash_key = "h"\n\[top\]\[2\]\.sort_key = "c"\n\[top\]\[2\]\.row_size = 5\n$/,
    );
  });

  test('of many rows, those that came first of one size', async () => {
    const rows = Array.from(
      { length: 100 },
      (_, at) => ['h', `s${at + 100}`, 'v'.repeat((at * 37) % 40)] as const,
    );
    const got = await typed('count_data -c -a -n 7', {
      ...inUse,
      table: { fullScan: [scanner(0, 1, rows)] },
    });
    const largest = [...rows].sort((a, b) => b[2].length - a[2].length).slice(0, 7);
    expect(got.out.match(/(?<=sort_key = ").*(?=")/g)).toEqual(largest.map(([, sortKey]) => sortKey));
  });

  test('an error ends it', async () => {
    const failure = new ScanError({ code: -2, text: 'timeout' });
    const got = await typed('count_data -c', {
      ...inUse,
      table: { fullScan: [scanner(0, 1, [['a', 'b', 'c']], failure), ...counts(9)] },
    });
    expect(got.err).toBe(
      'ERROR: split[0] scan next failed: timeout\nERROR: error occurred, terminate processing\n',
    );
    expect(got.out).toContain(
      '(2/2) splits, total 10 rows, last second 10 rows, error occurred, terminating...\n',
    );
    expect(got.out).toMatch(/Count terminated as error occurred, total 10 rows\.\n$/);
    expect(got.exitCode).toBe(1);
  });
});

describe('hash', () => {
  test('hash "" b', async () => {
    expectAsRecorded(await typed('hash "" b'), recorded('hash "" b'));
  });

  test('of the table in use', async () => {
    const got = await typed('hash a b', { ...inUse, meta: { queryConfig: healthy(2, 8) } });
    expect(got.out).toContain('partition_index  : 4                              \n');
    expect(got.out).toContain('primary          : localhost:34802                \n');
  });

  test('of no table', async () => {
    const missing = { ...healthy(0, 0), err: 'ERR_OBJECT_NOT_FOUND' };
    const got = await typed('hash a b', { session: { table: 'nosuch' }, meta: { queryConfig: missing } });
    expect(got).toMatchObject({ err: 'list app [nosuch] failed, error=ERR_OBJECT_NOT_FOUND\n', exitCode: 1 });
  });
});
