/** `/meta/*` (`src/meta/meta_http_service.cpp`). */
import { duplicationsText } from '../../rpc/idl/duplication-text.ts';
import { dateTime } from '../../rpc/idl/time.ts';
import type { PartitionRecord } from '../documents/meta.ts';
import { clusterInfo } from '../meta/cluster-info.ts';
import { queryDuplication } from '../meta/duplication.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import type { HttpReply, HttpRequest, Route, Routes } from './routes.ts';
import { bulkLoadQuery, bulkLoadStart, setUsageScenario, startCompaction } from './table-changes.ts';
import { pairsJson, type Row, type Table, tablesJson } from './tables.ts';

export const META_ROUTES: Routes = {
  'meta/app': leading('get a table: name=, detail', app),
  'meta/apps': leading('list the tables: detail', apps),
  'meta/nodes': leading('list the replica servers: detail', nodes),
  'meta/cluster': leading('get the cluster', cluster),
  'meta/app_envs': leading("get a table's envs: name=", appEnvs),
  'meta/app/start_compaction': leading('POST: start a manual compaction of a table', startCompaction),
  'meta/app/start_bulk_load': leading('POST: start a bulk load of a table', bulkLoadStart),
  'meta/app/query_bulk_load': leading("get a table's bulk load: name=", bulkLoadQuery),
  'meta/app/usage_scenario': leading('POST: set the usage scenario of a table', setUsageScenario),
  'meta/backup_policy': leading('get the backup policies: name=', backupPolicy),
  'meta/app/duplication': leading("get a table's duplications: name=", duplications),
};

function leading(help: string, handle: (meta: MetaServer, request: HttpRequest) => HttpReply): Route {
  return {
    help,
    needsLeader: true,
    handle: (request) => {
      const { meta } = request.cluster;
      return meta === undefined ? { status: 500, body: '' } : handle(meta, request);
    },
  };
}

function app(meta: MetaServer, { args, outward }: HttpRequest): HttpReply {
  const name = args.get('name') ?? '';
  if (hasOthers(args, ['name', 'detail'])) return { status: 400, body: '' };
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
  if (hasOthers(args, ['detail'])) return { status: 400, body: '' };
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
  const summary: Table = {
    name: 'summary',
    rows: [
      ['total_app_count', records.length],
      ...(args.has('detail')
        ? ([
            ['fully_healthy_app_count', sum(([, unhealthy]) => unhealthy === 0)],
            ['unhealthy_app_count', sum(([, unhealthy]) => unhealthy! > 0)],
            ['write_unhealthy_app_count', sum(([, , write]) => write! > 0)],
            ['read_unhealthy_app_count', sum(([, , , read]) => read! > 0)],
          ] as Row[])
        : []),
    ],
  };
  return ok(tablesJson(args.has('detail') ? [general, info, summary] : [general, summary]));
}

function nodes(meta: MetaServer, { args, outward, cluster: { record } }: HttpRequest): HttpReply {
  if (hasOthers(args, ['detail'])) return { status: 400, body: '' };
  const alive = meta.liveness.nodes('alive');
  const dead = meta.liveness.nodes('dead');
  const all = [
    ...alive.map((node) => [node, 'ALIVE'] as const),
    ...dead.map((node) => [node, 'UNALIVE'] as const),
  ];
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
      .filter(([node]) => record.replicas.includes(node))
      .map(([node, status]) => [outward(node), status, ...(isDetailed ? counts(node) : [])]),
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
  return reply.err === 'ERR_OK' ? ok(duplicationsText(reply)) : { status: 404, body: reply.err };
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

function hasOthers(args: ReadonlyMap<string, string>, known: readonly string[]): boolean {
  return [...args.keys()].some((name) => !known.includes(name));
}

function ok(body: string): HttpReply {
  return { status: 200, body };
}
