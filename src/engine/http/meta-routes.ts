/** `/meta/*` (`src/meta/meta_http_service.cpp`). */
import { duplicationsText } from '../../rpc/idl/duplication-text.ts';
import { dateTime } from '../../rpc/idl/time.ts';
import type { PartitionRecord } from '../documents/meta.ts';
import { clusterInfo } from '../meta/cluster-info.ts';
import { queryDuplication } from '../meta/duplication-query.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { listEnvs } from './env-list.ts';
import type { HttpReply, HttpRequest, Route, Routes } from './routes.ts';
import { bulkLoadQuery, bulkLoadStart, setUsageScenario, startCompaction } from './table-changes.ts';
import { pairsJson, type Row, type Table, tablesJson } from './tables.ts';

export const META_ROUTES: Routes = {
  'envs/list': { help: 'List all available table environments.', handle: listEnvs },
  'meta/app': leading('name=<app_name>[&detail]. Query app info.', app, ['name', 'detail']),
  'meta/app/duplication': leading('name=<app_name>. Query app duplication info.', duplications),
  'meta/app/query_bulk_load': leading('name=<app_name>. Query app bulk load info.', bulkLoadQuery),
  'meta/app/start_bulk_load': leading(
    'A JSON format of start_bulk_load_request structure. Start bulk load on an app.',
    bulkLoadStart,
  ),
  'meta/app/start_compaction': leading(
    'A JSON format of manual_compaction_info structure. Start compaction for an app.',
    startCompaction,
  ),
  'meta/app/usage_scenario': leading(
    'A JSON format of usage_scenario_info structure. Update usage scenario of an app.',
    setUsageScenario,
  ),
  'meta/app_envs': leading('name=<app_name>. Query app environments.', appEnvs),
  'meta/apps': leading('[detail]. List all apps in the cluster.', apps, ['detail']),
  'meta/backup_policy': leading(
    'name=<app_name1>&name=<app_name2>. Query backup policy by policy names.',
    backupPolicy,
  ),
  'meta/cluster': leading('Query the cluster info.', cluster),
  'meta/nodes': leading('[detail]. Query the replica servers info.', nodes, ['detail']),
};

type Handler = (meta: MetaServer, request: HttpRequest) => HttpReply;

function leading(help: string, handle: Handler, takes?: readonly string[]): Route {
  return {
    help,
    needsLeader: true,
    ...(takes === undefined ? {} : { takes }),
    handle: (request) => {
      const { meta } = request.cluster;
      return meta === undefined ? { status: 500, body: '' } : handle(meta, request);
    },
  };
}

function app(meta: MetaServer, { args, outward }: HttpRequest): HttpReply {
  const name = args.get('name') ?? '';
  if (name === '') return { status: 400, body: "app name shouldn't be empty" };
  const record = meta.tree.appNamed(name);
  if (record === undefined) return { status: 404, body: `table not found: "${name}"` };
  const general: Table = {
    name: 'general',
    rows: [
      ['app_name', name],
      ['app_id', record.app_id],
      ['partition_count', record.partition_count],
      ['max_replica_count', record.max_replica_count],
    ],
  };
  if (!args.has('detail')) return ok(tablesJson([general]));
  const partitions = partitionsOf(meta, record.app_id, record.partition_count);
  const shown = (node: string): string => (node === '' ? '-' : outward(node));
  const replicas: Table = {
    name: 'replicas',
    titles: ['pidx', 'ballot', 'replica_count', 'primary', 'secondaries'],
    rows: partitions.map((partition, pidx) => [
      pidx,
      partition.ballot,
      `${membersOf(partition).length}/${partition.max_replica_count}`,
      shown(partition.primary),
      `[${partition.secondaries.map(shown).join(',')}]`,
    ]),
  };
  const perNode = nodeCounts(partitions, shown);
  const healthy: Table = { name: 'healthy', rows: healthRows(partitions) };
  const titles = ['node', 'primary', 'secondary', 'total'];
  return ok(tablesJson([general, replicas, { name: 'nodes', titles, rows: perNode }, healthy]));
}

function apps(meta: MetaServer, { args }: HttpRequest): HttpReply {
  const records = meta.tree.apps().filter(({ status }) => status === 'AS_AVAILABLE');
  const general: Table = {
    name: 'general_info',
    titles: [
      'app_id',
      'status',
      'app_name',
      'app_type',
      'partition_count',
      'replica_count',
      'is_stateful',
      'create_time',
      'drop_time',
      'drop_expire',
      'envs_count',
    ],
    rows: records.map((record) => [
      record.app_id,
      'AVAILABLE',
      record.app_name,
      record.app_type,
      record.partition_count,
      record.max_replica_count,
      record.is_stateful === 1,
      dateTime(record.create_second * 1000).replace(' ', '_'),
      '-',
      '-',
      Object.keys(record.envs).length,
    ]),
  };
  const healths = records.map((record) =>
    healthRows(partitionsOf(meta, record.app_id, record.partition_count)).map(([, count]) => Number(count)),
  );
  const info: Table = {
    name: 'healthy_info',
    titles: [
      'app_id',
      'app_name',
      'partition_count',
      'fully_healthy',
      'unhealthy',
      'write_unhealthy',
      'read_unhealthy',
    ],
    rows: records.map((record, at) => [
      record.app_id,
      record.app_name,
      record.partition_count,
      ...healths[at]!,
    ]),
  };
  const sum = (isCounted: (health: readonly number[]) => boolean): number => healths.filter(isCounted).length;
  const isDetailed = args.has('detail') && records.length > 0;
  const summary: Table = {
    name: 'summary',
    rows: [
      ['total_app_count', records.length],
      ...(isDetailed
        ? ([
            ['fully_healthy_app_count', sum(([, unhealthy]) => unhealthy === 0)],
            ['unhealthy_app_count', sum(([, unhealthy]) => unhealthy! > 0)],
            ['write_unhealthy_app_count', sum(([, , write]) => write! > 0)],
            ['read_unhealthy_app_count', sum(([, , , read]) => read! > 0)],
          ] as Row[])
        : []),
    ],
  };
  return ok(tablesJson(isDetailed ? [general, info, summary] : [general, summary]));
}

function nodes(meta: MetaServer, { args, outward, cluster: { record } }: HttpRequest): HttpReply {
  const alive = meta.liveness.nodes('alive');
  const dead = meta.liveness.nodes('dead');
  const all = [...alive, ...dead].sort();
  const partitions = meta.tree
    .apps()
    .filter(({ status }) => status === 'AS_AVAILABLE')
    .flatMap(({ app_id, partition_count }) => partitionsOf(meta, app_id, partition_count));
  const counts = (node: string): Row => {
    const primaries = partitions.filter(({ primary }) => primary === node).length;
    const secondaries = partitions.filter((partition) => partition.secondaries.includes(node)).length;
    return [primaries + secondaries, primaries, secondaries];
  };
  const isDetailed = args.has('detail');
  const details: Table = {
    name: 'details',
    titles: [
      'address',
      'status',
      ...(isDetailed ? ['replica_count', 'primary_count', 'secondary_count'] : []),
    ],
    rows: all
      .filter((node) => record.replicas.includes(node))
      .map((node) => [
        outward(node),
        alive.includes(node) ? 'ALIVE' : 'UNALIVE',
        ...(isDetailed ? counts(node) : []),
      ]),
  };
  const summary: Table = {
    name: 'summary',
    rows: [
      ['total_node_count', all.length],
      ['alive_node_count', alive.length],
      ['unalive_node_count', dead.length],
    ],
  };
  return ok(tablesJson([details, summary]));
}

function cluster(meta: MetaServer, { outward }: HttpRequest): HttpReply {
  const { keys, values } = clusterInfo(meta);
  const pairs = keys.map((key, at) => [key, outward(values[at]!)] as const);
  return ok(pairsJson(pairs.filter(([key]) => key !== 'cluster_name')));
}

function appEnvs(meta: MetaServer, { args }: HttpRequest): HttpReply {
  const name = args.get('name') ?? '';
  if (name === '') return { status: 400, body: "app name shouldn't be empty" };
  const envs = Object.entries(meta.tree.appNamed(name)?.envs ?? {});
  return ok(pairsJson(envs.sort(([a], [b]) => (a < b ? -1 : 1))));
}

function duplications(meta: MetaServer, { args }: HttpRequest): HttpReply {
  if (!meta.setting('replication.duplication_enabled'))
    return { status: 404, body: 'duplication is not enabled [FLAGS_duplication_enabled=false]' };
  const app_name = args.get('name');
  if (app_name === undefined) return { status: 400, body: 'name should not be empty' };
  const reply = queryDuplication(meta, { app_name });
  if (reply.err === 'ERR_OK') return ok(duplicationsText(reply));
  return { status: reply.err === 'ERR_APP_NOT_EXIST' ? 404 : 500, body: reply.err };
}

/** Cold backup by policy is not configured on any simulated meta server. */
function backupPolicy(): HttpReply {
  return { status: 404, body: 'cold_backup_disabled' };
}

function partitionsOf(meta: MetaServer, appId: number, count: number): PartitionRecord[] {
  return Array.from({ length: count }, (_, pidx) => meta.tree.partition(appId, pidx));
}

function membersOf({ primary, secondaries }: PartitionRecord): string[] {
  return [...(primary === '' ? [] : [primary]), ...secondaries];
}

function nodeCounts(partitions: readonly PartitionRecord[], shown: (node: string) => string): Row[] {
  const known = [...new Set(partitions.flatMap(membersOf))].sort();
  const rows = known.map((node) => {
    const primaries = partitions.filter(({ primary }) => primary === node).length;
    const secondaries = partitions.filter((partition) => partition.secondaries.includes(node)).length;
    return [shown(node), primaries, secondaries, primaries + secondaries] as const;
  });
  const total = (column: 1 | 2 | 3): number => rows.reduce((sum, row) => sum + row[column], 0);
  return [...rows, ['total', total(1), total(2), total(3)]];
}

/** Upstream's four counts (`app_info_helper`): writable with two members, readable with a primary. */
function healthRows(partitions: readonly PartitionRecord[]): Row[] {
  const count = (isCounted: (partition: PartitionRecord) => boolean): number =>
    partitions.filter(isCounted).length;
  const members = (partition: PartitionRecord): number => membersOf(partition).length;
  const isFull = (partition: PartitionRecord): boolean =>
    partition.primary !== '' && members(partition) >= partition.max_replica_count;
  return [
    ['fully_healthy_partition_count', count(isFull)],
    ['unhealthy_partition_count', count((partition) => !isFull(partition))],
    [
      'write_unhealthy_partition_count',
      count((one) => one.primary === '' || members(one) < Math.min(2, one.max_replica_count)),
    ],
    ['read_unhealthy_partition_count', count(({ primary }) => primary === '')],
  ];
}

function ok(body: string): HttpReply {
  return { status: 200, body };
}
