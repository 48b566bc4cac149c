import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';

/** The shapes of docs/json.md. */
let workspace: TestWorkspace;

beforeAll(async () => {
  workspace = await createWorkspace();
  for (const line of ['create -p 4 temp', 'use temp']) await workspace.run(line);
});
afterAll(() => workspace.dispose());

async function json(line: string): Promise<unknown> {
  const { stdout, stderr } = await workspace.run(`--json ${line}`);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

test('replies of data operations are as on the wire, bytes as text or base64', async () => {
  const place = { error: 0, app_id: 1, partition_index: 0, server: 'localhost:34801' };
  expect(await json('multi_set h a 1 b 22 c "\\xff"')).toEqual({ ...place, decree: 1 });
  expect(await json('incr h a')).toEqual({ ...place, new_value: 2, decree: 2 });
  expect(await json('multi_get h a c')).toEqual({
    ...place,
    kvs: [
      { key: 'a', value: '2' },
      { key: 'c', value: { base64: '/w==' } },
    ],
  });
  expect(await json('check_and_set h -c a -t int_less -o 2 -s d -v x -r')).toEqual({
    ...place,
    error: 13,
    check_value_returned: true,
    check_value_exist: true,
    check_value: '2',
    decree: 3,
  });
});

test('count_data', async () => {
  const counted = await json('count_data -c -a -d -n 1');
  expect(counted).toMatchObject({
    partitions: [
      { pidx: 0, rows: 3, hash_keys: 1 },
      { pidx: 1, rows: 0, hash_keys: 0 },
      { pidx: 2, rows: 0, hash_keys: 0 },
      { pidx: 3, rows: 0, hash_keys: 0 },
    ],
    total: 3,
    top: [{ hash_key: 'h', sort_key: 'b', size: 4 }],
    errors: [],
  });
  expect(counted).toHaveProperty('sizes.row_size.count', 3);
  expect(counted).toHaveProperty('sizes.value_size.max', 2);
});

test('multi_del_range and clear_data', async () => {
  expect(await json('multi_del_range h a c')).toEqual({ deleted: 2, sort_keys: ['a', 'b'] });
  expect(await json('clear_data -p 0 -f')).toEqual({
    partitions: [{ pidx: 0, rows: 1 }],
    total: 1,
    errors: [],
  });
});

test('a refusal', async () => {
  const { stdout, exitCode } = await workspace.run('--json copy_data -c onebox -a nosuch');
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'PERR(-101)' } });
  expect(exitCode).toBe(1);
});

test('the C++ shell itself', async () => {
  const of = (line: string) => json(`--dialect cpp-shell ${line}`);
  expect(await of('help')).toHaveProperty('usages.0', 'help');
  expect(await of('version')).toEqual({
    version: '2.6.0-SNAPSHOT',
    git_commit: 'db756dcdf',
    build_type: 'Release',
  });
  expect(await of('cc onebox')).toMatchObject({ cluster_name: 'onebox' });
  expect(await of('rdb_key_str2hex a b')).toEqual({ rdb_key: '00016162' });
  expect(await of('rdb_key_hex2str 0x00016162')).toEqual({ hash_key: 'a', sort_key: 'b' });
  expect(await of('rdb_value_hex2str 0x0000000176')).toEqual({ expire_ts_seconds: 1, user_data: 'v' });
});
