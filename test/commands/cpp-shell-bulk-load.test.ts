import { describe, expect, test } from 'vitest';
import { RpcError } from '../../src/rpc/transport/transport.ts';
import { typed } from './support/cpp-shell.ts';

const NODES = ['127.0.0.1:34803', '127.0.0.1:34801', '127.0.0.1:34802'];

function loading(status: string, more: object = {}) {
  const states = NODES.map((node, at) => {
    const state = { download_progress: 30 * at, is_cleaned_up: at < 2, is_paused: true, ...more };
    return [node, state] as const;
  });
  return {
    err: 'ERR_OK',
    app_name: 'temp',
    app_status: status,
    partitions_status: [status, 'BLS_SUCCEED'],
    max_replica_count: 3,
    bulk_load_states: [new Map(states), new Map(states)],
    is_bulk_loading: true,
  };
}

const query = async (words: string, reply: unknown) =>
  typed(`query_bulk_load_status -a temp ${words}`, { meta: { queryBulkLoad: reply } });

describe('query_bulk_load_status', () => {
  test('while files are downloaded', async () => {
    expect((await query('-d', loading('BLS_DOWNLOADING'))).out).toBe(
      '[all partitions]\n' +
        'partition_index  partition_status  download_progress(%)  \n' +
        '0                BLS_DOWNLOADING   30                    \n' +
        '1                BLS_SUCCEED       30                    \n\n' +
        '[summary]\n' +
        'is_bulk_loading              : YES            \n' +
        'app_bulk_load_status         : BLS_DOWNLOADING\n' +
        'app_total_download_progress  : 30             \n\n',
    );
    expect((await query('-i 0 -d', loading('BLS_DOWNLOADING'))).out).toContain(
      '[single partition]\n' +
        'partition_index  node_address     download_progress(%)  \n' +
        '0                127.0.0.1:34801  30                    \n' +
        '0                127.0.0.1:34802  60                    \n' +
        '0                127.0.0.1:34803  0                     \n\n' +
        '[summary]\n' +
        'partition_bulk_load_status   : BLS_DOWNLOADING\n',
    );
  });

  test.each([
    ['-d', 'BLS_INGESTING', 'app_total_ingestion_progress  : 50'],
    ['', 'BLS_INGESTING', 'app_total_ingestion_progress  : 0'],
    ['-d', 'BLS_CANCELED', 'partition_status  is_cleaned_up'],
    ['-d', 'BLS_FAILED', 'bulk_load_err         : ERR_OK'],
    ['-d -i 0', 'BLS_INGESTING', 'ingestion_status'],
    ['-d -i 0', 'BLS_SUCCEED', 'is_cleaned_up'],
    ['-d -i 0', 'BLS_FAILED', 'is_cleaned_up'],
    ['-d -i 0', 'BLS_CANCELED', 'is_cleaned_up'],
    ['-d -i 0', 'BLS_PAUSING', 'is_paused'],
  ])('%s %s', async (words, status, shown) => {
    expect((await query(words, loading(status))).out).toContain(shown);
  });

  test('of a partition that nothing is told of', async () => {
    expect((await query('-d -i 0', loading('BLS_PAUSED'))).out).not.toContain('[single partition]');
  });

  test('says what went wrong', async () => {
    expect(await query('-i 2', loading('BLS_PAUSED'))).toMatchObject({
      err: 'query bulk load failed, error=ERR_INVALID_PARAMETERS [hint:"invalid partition index"]\n',
      exitCode: 1,
    });
    expect((await query('', new RpcError('ERR_TIMEOUT', 'x'))).err).toBe(
      'query bulk load failed, error=ERR_TIMEOUT: unable to send rpc to server\n',
    );
    expect((await query('-i abc', loading('BLS_PAUSED'))).exitCode).toBe(2);
  });
});

test.each([
  ['pause_bulk_load -a temp', 'controlBulkLoad', { app_name: 'temp', type: 'BLC_PAUSE' }],
  ['restart_bulk_load -a temp', 'controlBulkLoad', { app_name: 'temp', type: 'BLC_RESTART' }],
  ['cancel_bulk_load -a temp', 'controlBulkLoad', { app_name: 'temp', type: 'BLC_CANCEL' }],
  ['cancel_bulk_load -a temp -f', 'controlBulkLoad', { app_name: 'temp', type: 'BLC_FORCE_CANCEL' }],
  ['clear_bulk_load -a temp', 'clearBulkLoad', { app_name: 'temp' }],
  [
    'start_bulk_load -a temp -c c -p p -r /r -i',
    'startBulkLoad',
    {
      app_name: 'temp',
      cluster_name: 'c',
      file_provider_type: 'p',
      remote_root_path: '/r',
      ingest_behind: true,
    },
  ],
])('%s', async (line, method, request) => {
  const done = await typed(line, { meta: { [method]: { err: 'ERR_OK', hint_msg: 'it is done' } } });
  expect(done.sent).toEqual([[method, request]]);
  const said = line.startsWith('clear') ? 'it is done' : `${line.split('_')[0]} bulk load succeed`;
  expect(done.out).toBe(`${said}\n`);
  const refused = await typed(line, {
    meta: { [method]: { err: 'ERR_INVALID_STATE', hint_msg: 'not now' } },
  });
  const more = line === 'cancel_bulk_load -a temp' ? 'you can force cancel bulk load by using "-f"\n' : '';
  expect(refused.err).toBe(
    `${line.split('_')[0]} bulk load failed, error=ERR_INVALID_STATE [hint:"not now"]\n${more}`,
  );
  const lost = await typed(line, { meta: { [method]: new RpcError('ERR_TIMEOUT', 'x') } });
  expect(lost.err).toContain('error=ERR_TIMEOUT: unable to send rpc to server [hint:""]\n');
});
