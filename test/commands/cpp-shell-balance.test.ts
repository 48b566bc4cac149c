import { expect, test } from 'vitest';
import { RpcError } from '../../src/rpc/transport/transport.ts';
import { expectAsRecorded, session, typed } from './support/cpp-shell.ts';

const recorded = session('sessions/balance-propose.txt');

test.each([
  ['get_meta_level', 'fl_steady'],
  ['set_meta_level steady', 'fl_steady'],
  ['set_meta_level lively', 'fl_steady'],
  ['set_meta_level freezed', 'fl_lively'],
  ['set_meta_level blind', 'fl_freezed'],
])('%s', async (line, old_level) => {
  expectAsRecorded(
    await typed(line, { meta: { controlMeta: { err: 'ERR_OK', old_level } } }),
    recorded(line),
  );
});

test.each([
  'set_meta_level bad',
  'set_meta_level',
  'propose',
  'propose -g bad',
  'propose -g 2.0 -p CT_BAD -t localhost:34803 -n localhost:34802',
  'balance -g 2.1',
  'balance -g 2.1 -p bad -f localhost:34802 -t localhost:34803',
  'balance -g 2.1 -p move_pri -f nohost -t x',
])('%s is refused before anything is sent', async (line) => {
  const got = await typed(line);
  expectAsRecorded(got, recorded(line));
  expect(got).toMatchObject({ out: '', exitCode: 2, sent: [] });
});

test.each([
  ['propose -g 2.0 -p DOWNGRADE_TO_INACTIVE -t localhost:34803 -n localhost:34801', 'ERR_OK'],
  ['propose -f -g 99.0 -p ADD_SECONDARY -t localhost:34803 -n localhost:34801', 'ERR_APP_NOT_EXIST'],
  ['propose -f -g 2.99 -p ADD_SECONDARY -t localhost:34803 -n localhost:34801', 'ERR_INVALID_PARAMETERS'],
  ['balance -g 2.1 -p copy_pri -f localhost:34802 -t localhost:34803', 'ERR_OK'],
  ['balance -g 2.1 -p copy_sec -f localhost:34803 -t localhost:34802', 'ERR_INVALID_PARAMETERS'],
])('%s', async (line, err) => {
  const got = await typed(line, { meta: { proposeBalancer: { err } } });
  expectAsRecorded(got, recorded(line));
  expect(got.exitCode).toBe(err === 'ERR_OK' ? 0 : 1);
});

test('propose: what is sent', async () => {
  const line = 'propose --force -g 2.3 -p assign_primary --target 10.1.2.3:34801 --node localhost:34802';
  const got = await typed(line, { meta: { proposeBalancer: { err: 'ERR_OK' } } });
  expect(got.sent).toEqual([
    [
      'proposeBalancer',
      {
        gpid: { app_id: 2, partition_index: 3 },
        action_list: [
          {
            target: '10.1.2.3:34801',
            node: '127.0.0.1:34802',
            type: 'CT_ASSIGN_PRIMARY',
            hp_target: '10.1.2.3:34801',
            hp_node: 'localhost:34802',
          },
        ],
        force: true,
      },
    ],
  ]);
});

test.each([
  ['move_pri', ['f>f CT_DOWNGRADE_TO_SECONDARY', 't>t CT_UPGRADE_TO_PRIMARY']],
  ['copy_pri', ['f>t CT_ADD_SECONDARY_FOR_LB', 'f>f CT_DOWNGRADE_TO_SECONDARY', 't>t CT_UPGRADE_TO_PRIMARY']],
  ['copy_sec', ['>t CT_ADD_SECONDARY_FOR_LB', '>f CT_DOWNGRADE_TO_INACTIVE']],
])('balance %s: what is sent', async (type, steps) => {
  const got = await typed(`balance -g 2.1 -p ${type} -f localhost:1 -t localhost:2`, {
    meta: { proposeBalancer: { err: 'ERR_OK' } },
  });
  const request = got.sent[0]?.[1] as { action_list: Record<string, string>[] };
  const short = (node = '') => node.replace('localhost:1', 'f').replace('localhost:2', 't');
  expect(request.action_list.map((a) => `${short(a.hp_target)}>${short(a.hp_node)} ${a.type}`)).toEqual(
    steps,
  );
});

test.each([
  ['propose -g x -p a -t localhost:1 -n localhost:2', 'parse x as gpid failed\n'],
  ['propose -g 2.0 -p REMOVE -t nohost -n localhost:2', 'parse nohost as target_host_port failed\n'],
  ['propose -g 2.0 -p REMOVE -n x -t localhost:2', 'parse x  as node failed\n'],
  ['propose -g 2.0 -p REMOVE -t localhost:2 -n x', 'need set node by -n\n'],
  ['propose -f -f -p REMOVE -g -1.0 -t localhost:2 -n localhost:2', 'need set gpid by -g\n'],
  [
    'propose -g 2.0 -p REMOVE -p X -t localhost:2 -n localhost:3',
    'parse CT_REMOVEX as config_type failed.\n\n',
  ],
  [
    'propose -g 2.0 -p REMOVE -t localhost:65536 -n localhost:3',
    'parse localhost:65536 as target_host_port failed\n',
  ],
  ['propose a b c d e f g h', 'need set target by -t\n'],
])('%s', async (line, text) => {
  const got = await typed(line);
  expect(got.err).toContain(text);
  expect(got).toMatchObject({ out: '', exitCode: 2, sent: [] });
});

test('no answer', async () => {
  const silent = () => new RpcError('ERR_TIMEOUT', 'x');
  expect(await typed('get_meta_level', { meta: { controlMeta: silent } })).toMatchObject({
    err: 'get meta level got error ERR_TIMEOUT\n',
    exitCode: 1,
  });
  expect(
    await typed('balance -g 2.1 -p move_pri -f localhost:1 -t localhost:2', {
      meta: { proposeBalancer: silent },
    }),
  ).toMatchObject({ err: 'send balance proposal result: ERR_TIMEOUT\n', exitCode: 1 });
});
