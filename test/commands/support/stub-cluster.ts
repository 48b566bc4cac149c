import { RpcError } from '../../../src/rpc/transport/transport.ts';
import type { MetaScript } from './fake-context.ts';
import { app, config, healthy, nodes, partition } from './replies.ts';

/** The cluster that answered when admin-cli was recorded (golden/admin-cli/stub). */
export function stubCluster(fault: string | null): MetaScript {
  if (fault === null || OF_SERVERS.includes(fault)) return WELL;
  if (fault === 'nonodes') return { ...WELL, listNodes: nodes() };
  if (fault === 'empty') return { ...WELL, listApps: { err: 'ERR_OK', infos: [] } };
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
    'startBulkLoad',
    'queryBulkLoad',
    'startBackupApp',
    'queryBackupStatus',
  ];
  return { ...WELL, ...Object.fromEntries(changing.map((name) => [name, fails(name)])) };
}

/** What is wrong with the answers of the servers alone. */
const OF_SERVERS = ['404', 'mixed', 'badjson', 'hdrerr', 'diskfull', 'diskbusy', 'diskprimary'];

const REFUSED: Readonly<Record<string, object>> = {
  recallApp: { err: 'ERR_APP_EXIST' },
  queryManualCompact: { err: 'ERR_INVALID_STATE', hint_msg: 'the hint text' },
  proposeBalancer: { err: 'ERR_OK' },
  startBackupApp: { err: 'ERR_SERVICE_NOT_ACTIVE', hint_message: 'the hint text' },
  queryBackupStatus: { err: 'ERR_INVALID_PARAMETERS', hint_message: 'the hint text' },
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

const BACKUPS = [
  { backup_path: '/bak', start: 1_700_000_000, end: 1_700_000_100, is_backup_failed: false },
  { backup_path: '', start: 1_700_000_200, end: 0, is_backup_failed: false },
  { backup_path: '', start: 1_700_000_300, end: 1_700_000_300, is_backup_failed: true },
].map(({ start, end, ...backup }) => ({
  ...backup,
  backup_id: start * 1000 + 123,
  app_name: 'temp',
  backup_provider_type: 'local_service',
  start_time_ms: start * 1000,
  end_time_ms: end * 1000,
}));

const WELL: MetaScript = {
  listApps: { err: 'ERR_OK', infos: TABLES },
  listNodes: nodes(true, true, true),
  queryConfig: ({ app_name }: { app_name: string }) => {
    if (app_name === 'sick') return SICK;
    if (app_name === 'nonexist') return { ...config(0, []), err: 'ERR_OBJECT_NOT_FOUND' };
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
  startBulkLoad: ({ app_name }: { app_name: string }) => ({ err: named(app_name), hint_msg: '' }),
  controlBulkLoad: ({ app_name }: { app_name: string }) => splitReply(app_name),
  clearBulkLoad: ({ app_name }: { app_name: string }) => splitReply(app_name),
  queryBulkLoad: ({ app_name }: { app_name: string }) => bulkLoadOf(app_name),
  startRestore: { err: 'ERR_OK', appid: 7 },
  proposeBalancer: { err: 'ERR_OK' },
  startBackupApp: { err: 'ERR_OK', hint_message: 'backup started', backup_id: 1_700_000_000_123 },
  queryBackupStatus: { err: 'ERR_OK', hint_message: '', backup_items: BACKUPS },
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

/** The stub's bulk loads have the status that a table is named after. */
function bulkLoadOf(table: string) {
  if (table === 'x') return { ...NO_PARTITIONS, app_name: table };
  const status = `BLS_${table.toUpperCase()}`;
  const ofEach = <T>(of: (pidx: number, replica: number) => T) =>
    [0, 1, 2, 3].map(
      (pidx) => new Map([1, 2, 3].map((replica) => [`127.0.0.1:3480${replica}`, of(pidx, replica)] as const)),
    );
  return {
    err: 'ERR_OK',
    app_name: table,
    app_status: status,
    partitions_status: [0, 1, 2, 3].map((pidx) =>
      status === 'BLS_INGESTING' && pidx === 2 ? 'BLS_SUCCEED' : status,
    ),
    max_replica_count: 3,
    bulk_load_states: ofEach((pidx, replica) => ({
      download_progress: 95 - 20 * pidx,
      ingest_status: replica === 2 ? 'IS_SUCCEED' : 'IS_RUNNING',
      is_cleaned_up: pidx < 3,
      is_paused: replica < 3,
    })),
  };
}

const NO_PARTITIONS = {
  err: 'ERR_OK',
  app_status: 'BLS_DOWNLOADING',
  partitions_status: [],
  max_replica_count: 3,
  bulk_load_states: [],
};

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

const FULL_DISKS = DISK_INFOS.map((disk) => ({ ...disk, disk_available_mb: 100 }));

const VERSION =
  '{"build_type":"RELEASE","git_SHA":"abcdef","start_time":"2023-11-14 22:13:20","version":"2.6.0"}';

/** What is answered to one request after the other to move a replica. */
const MIGRATIONS: Readonly<Record<string, readonly string[]>> = {
  diskbusy: ['ERR_OK', 'ERR_BUSY', 'ERR_INVALID_STATE'],
  diskprimary: ['ERR_INVALID_STATE', 'ERR_OK', 'ERR_INVALID_STATE'],
};

/** Its servers; the fourth one is down. */
export function stubServers(fault: string | null): MetaScript {
  const queryDiskInfo = (server: string, { app_name }: { app_name: string }) =>
    fault === 'hdrerr'
      ? new RpcError('ERR_HANDLER_NOT_FOUND', 'RPC_QUERY_DISK_INFO')
      : ifUp(server, { err: named(app_name), disk_infos: fault === 'diskfull' ? FULL_DISKS : DISK_INFOS });
  const answers = [...(MIGRATIONS[fault ?? ''] ?? [])];
  const migrateReplicaDisk = (server: string) => ifUp(server, { err: answers.shift() ?? 'ERR_OK' });
  return {
    ...SERVERS,
    migrateReplicaDisk,
    queryDiskInfo,
    get: (server: string, path: string) => ifUp(server, answerTo(server, path, fault), 'ERR_NETWORK_FAILURE'),
  };
}

const SERVERS: MetaScript = {
  command: (server: string, cmd: string, [filter]: readonly string[]) =>
    ifUp(server, (COMMANDS[cmd] ?? unknown(cmd))(server, filter ?? '')),
  addNewDisk: (server: string, { disk_str }: { disk_str: string }) =>
    ifUp(
      server,
      disk_str === 'x' ? { err: 'ERR_INVALID_PARAMETERS', err_hint: 'the hint text' } : { err: 'ERR_OK' },
    ),
};

function ifUp<T>(server: string, answer: T, err = 'ERR_TIMEOUT'): T | RpcError {
  return server === 'localhost:34804' ? new RpcError(err, 'no connection') : answer;
}

const COMMANDS: Readonly<Record<string, (server: string, filter: string) => string>> = {
  'server-info': () => VERSION,
  'perf-counters-by-substr': (server, filter) => {
    const counters = countersOf(Number(server.at(-1))).filter(({ name }) => name.includes(filter));
    return JSON.stringify({ result: 'OK', counters });
  },
};

function unknown(cmd: string): () => string {
  return () => `unknown command '${cmd}'`;
}

/** Every server counts for every partition; who is its primary knows the meta server. */
function countersOf(server: number): { name: string; value: number }[] {
  const ofNode = {
    'eon.replica_stub*disk.capacity.total(MB)': 200_000,
    'eon.replica_stub*disk.available.total(MB)': 96_600,
    'eon.replica_stub*disk.available.total.ratio': 47 + server,
    'server*memused.res(MB)': 512 * server,
    'app.pegasus*rdb.block_cache.memory_usage': 1_234_567 * server,
  };
  const ofPartitions = TABLES.flatMap(({ app_id, partition_count }) =>
    Array.from({ length: partition_count }, (_, pidx) => {
      const counters = Object.entries(ofPartition(pidx));
      return counters.map(([name, value]) => [`app.pegasus*${name}@${app_id}.${pidx}`, value] as const);
    }).flat(),
  );
  const all = [...Object.entries(ofNode), ...ofPartitions];
  return all.map(([name, value]) => ({ name: `replica*${name}`, value }));
}

function ofPartition(pidx: number): Readonly<Record<string, number>> {
  return {
    get_qps: 10.5 * pidx,
    multi_get_qps: 0.25,
    put_qps: 1234.567 * pidx,
    get_bytes: 1000 * pidx,
    put_bytes: 2000 * pidx,
    'disk.storage.sst(MB)': 100 + 10 * pidx,
    'recent.abnormal.count': pidx,
    'rdb.estimate_num_keys': 1_000_000 * pidx,
    'rdb.index_and_filter_blocks.memory_usage': 4096 * pidx,
    'rdb.memtable.memory_usage': 65_536 * pidx,
  };
}

/** What its servers answer to HTTP. */
function answerTo(server: string, path: string, fault: string | null) {
  const ok = (value: unknown) => ({ status: 200, body: JSON.stringify(value) });
  const [route, name = ''] = path.split(/[?=]/).filter((part) => part !== 'name');
  if (fault === '404') return { status: 404, body: '' };
  if (fault === 'badjson') return { status: 200, body: 'nonsense' };
  if (route === '/replica/data_version') {
    return ok({ 0: { data_version: fault === 'mixed' && server.endsWith('1') ? '0' : '1' } });
  }
  if (route === '/configs') return ok(CONFIGS);
  const known = CONFIGS[name as keyof typeof CONFIGS];
  if (route === '/config' && known !== undefined) return ok(known);
  if (route === '/config') return { status: 200, body: `ERR_OBJECT_NOT_FOUND: '${name}' is not found` };
  const isThere = known !== undefined || name.startsWith('gc_disk_');
  return ok({ update_status: !isThere ? `ERR_OBJECT_NOT_FOUND: ${name} is not found` : 'ERR_OK' });
}

const CONFIGS = {
  a_flag: { name: 'a_flag', section: 'replication', tags: 'flag_tag::FT_MUTABLE', value: '7' },
  b: { name: 'b', section: 'meta_server', tags: 'flag_tag::FT_MUTABLE', value: 'true' },
  c: { name: 'c', section: 'meta_server', tags: '', value: 'fixed' },
};
