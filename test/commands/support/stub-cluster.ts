import { RpcError } from '../../../src/rpc/transport/transport.ts';
import type { MetaScript } from './fake-context.ts';
import { app, config, healthy, nodes, partition } from './replies.ts';

/** The cluster that answered when admin-cli was recorded (golden/admin-cli/stub). */
export function stubCluster(fault: string | null): MetaScript {
  if (fault === null) return WELL;
  if (fault === 'nonodes') return { ...WELL, listNodes: nodes() };
  if (fault === 'unalive') return { ...WELL, listNodes: nodes(true, true, true, false) };
  if (fault === 'config') return { ...WELL, queryConfig: { ...config(0, []), err: 'ERR_BUSY' } };
  const fails = (name: string) => (): unknown =>
    fault === 'timeout' ? new RpcError('ERR_TIMEOUT', name) : (REFUSED[name] ?? { err: 'ERR_BUSY' });
  const changing = [
    'listApps',
    'createApp',
    'recallApp',
    'clusterInfo',
    'controlMeta',
    'updateAppEnv',
    'queryManualCompact',
  ];
  return { ...WELL, ...Object.fromEntries(changing.map((name) => [name, fails(name)])) };
}

const REFUSED: Readonly<Record<string, object>> = {
  recallApp: { err: 'ERR_APP_EXIST' },
  queryManualCompact: { err: 'ERR_INVALID_STATE', hint_msg: 'the hint text' },
};

const ENVS = new Map([
  ['default_ttl', '86400'],
  ['replica.write_throttling', '1000*delay*100,2000*reject*200'],
  ['rocksdb.usage_scenario', 'normal'],
]);

const TABLES = [app(1, 'stat', 4), app(2, 'temp', 8, { envs: ENVS }), app(5, 'sick', 4)];

/** Primary of partition i: node i mod 3, then the next two. */
function goingRound(appId: number, count: number) {
  const at = (pidx: number, step: number) => ((pidx + step) % 3) + 1;
  return config(
    appId,
    Array.from({ length: count }, (_, pidx) =>
      partition(appId, pidx, at(pidx, 0), [at(pidx, 1), at(pidx, 2)]),
    ),
  );
}

const SICK = config(5, [
  partition(5, 0, 0, [2, 3]),
  partition(5, 1, 2, []),
  partition(5, 2, 3, [1]),
  partition(5, 3, 1, [2, 3]),
]);

const INFO = {
  balance_operation_count: 'move_pri=0,copy_pri=0,copy_sec=0,total=0',
  cluster_name: 'onebox<&>',
  meta_function_level: 'steady',
  meta_servers: '127.0.0.1:34601',
  primary_meta_server: '127.0.0.1:34601',
  primary_replica_count_stddev: '0.00',
  total_replica_count_stddev: '0.00',
  zookeeper_hosts: '127.0.0.1:22181',
  zookeeper_root: '/pegasus/onebox/127.0.0.1',
};

const WELL: MetaScript = {
  listApps: { err: 'ERR_OK', infos: TABLES },
  listNodes: nodes(true, true, true),
  queryConfig: ({ app_name }: { app_name: string }) => {
    if (app_name === 'sick') return SICK;
    return app_name === 'newtable' ? healthy(7, 4) : goingRound(2, app_name === 'stat' ? 4 : 8);
  },
  createApp: ({ app_name }: { app_name: string }) => ({ err: named(app_name), appid: 7 }),
  dropApp: ({ app_name }: { app_name: string }) => ({ err: named(app_name) }),
  recallApp: { err: 'ERR_OK', info: app(3, 'newtable', 4) },
  clusterInfo: { err: 'ERR_OK', keys: Object.keys(INFO), values: Object.values(INFO) },
  startManualCompact: { err: 'ERR_OK', hint_msg: '' },
  queryManualCompact: { err: 'ERR_OK', hint_msg: '', progress: 33 },
  startPartitionSplit: ({ app_name }: { app_name: string }) => splitReply(app_name),
  controlPartitionSplit: ({ app_name }: { app_name: string }) => splitReply(app_name),
  queryPartitionSplit: ({ app_name }: { app_name: string }) => ({
    ...splitReply(app_name),
    new_partition_count: 8,
    status: new Map([
      [1, 'SPLITTING'],
      [3, 'PAUSED'],
    ]),
  }),
  controlMeta: { err: 'ERR_OK', old_level: 'fl_steady' },
  updateAppEnv: ({ values }: { values?: readonly string[] }) =>
    values?.includes('bad') === true
      ? { err: 'ERR_INVALID_PARAMETERS', hint_message: 'the hint text' }
      : { err: 'ERR_OK', hint_message: '' },
};

function splitReply(table: string) {
  const err = named(table);
  return { err, hint_msg: err === 'ERR_OK' ? '' : 'the hint text' };
}

/** The stub refuses with the error that a table is named after. */
function named(table: string): string {
  return table.startsWith('ERR_') ? table : 'ERR_OK';
}

const DISKS = [
  { tag: 'ssd1', available: 30_000, primary: [gpid(2, 0), gpid(2, 3)], secondary: [gpid(2, 1)] },
  { tag: 'ssd2', available: 66_667, primary: [], secondary: [gpid(2, 2)] },
];

function gpid(app_id: number, partition_index: number) {
  return { app_id, partition_index };
}

const DISK_INFOS = DISKS.map(({ tag, available, primary, secondary }) => ({
  tag,
  disk_capacity_mb: 100_000,
  disk_available_mb: available,
  holding_primary_replicas: new Map([[2, new Set(primary)]]),
  holding_secondary_replicas: new Map([[2, new Set(secondary)]]),
}));

const VERSION =
  '{"build_type":"RELEASE","git_SHA":"abcdef","start_time":"2023-11-14 22:13:20","version":"2.6.0"}';

/** Its servers; the fourth one is down. */
export const STUB_SERVERS: MetaScript = {
  command: (server: string, cmd: string) =>
    ifUp(server, cmd === 'server-info' ? VERSION : `unknown command '${cmd}'`),
  queryDiskInfo: (server: string, { app_name }: { app_name: string }) =>
    ifUp(server, { err: named(app_name), disk_infos: DISK_INFOS }),
  addNewDisk: (server: string, { disk_str }: { disk_str: string }) =>
    ifUp(
      server,
      disk_str === 'x' ? { err: 'ERR_INVALID_PARAMETERS', err_hint: 'the hint text' } : { err: 'ERR_OK' },
    ),
};

function ifUp<T>(server: string, answer: T): T | RpcError {
  return server === 'localhost:34804' ? new RpcError('ERR_TIMEOUT', 'no connection') : answer;
}
