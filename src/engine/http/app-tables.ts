import { dateTime } from '../../rpc/idl/time.ts';
import type { AppRecord, PartitionRecord } from '../documents/meta.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { type HttpReply, type HttpRequest, ok } from './route.ts';
import { type Row, type Table, tablesJson } from './tables.ts';

/** `/meta/app`: one table, with `detail` its partitions too. */
export function app(meta: MetaServer, { args, outward }: HttpRequest): HttpReply {
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
  const partitions = meta.tree.partitions(record);
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

/** `/meta/apps`: the tables that are there, with `detail` how healthy they are too. */
export function apps(meta: MetaServer, { args }: HttpRequest): HttpReply {
  const records = meta.tree.apps().filter(({ status }) => status === 'AS_AVAILABLE');
  if (!args.has('detail') || records.length === 0)
    return ok(tablesJson([generalInfo(records), summaryOf(records)]));
  const healths = records.map((record) =>
    healthRows(meta.tree.partitions(record)).map(([, count]) => Number(count)),
  );
  return ok(tablesJson([generalInfo(records), healthyInfo(records, healths), summaryOf(records, healths)]));
}

function generalInfo(records: readonly AppRecord[]): Table {
  return {
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
}

/** @param healths the counts of `healthRows`, by table */
function healthyInfo(records: readonly AppRecord[], healths: readonly (readonly number[])[]): Table {
  return {
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
}

function summaryOf(records: readonly AppRecord[], healths?: readonly (readonly number[])[]): Table {
  const total: Row = ['total_app_count', records.length];
  if (healths === undefined) return { name: 'summary', rows: [total] };
  const count = (isCounted: (health: readonly number[]) => boolean) => healths.filter(isCounted).length;
  return {
    name: 'summary',
    rows: [
      total,
      ['fully_healthy_app_count', count(([, unhealthy]) => unhealthy === 0)],
      ['unhealthy_app_count', count(([, unhealthy]) => unhealthy! > 0)],
      ['write_unhealthy_app_count', count(([, , write]) => write! > 0)],
      ['read_unhealthy_app_count', count(([, , , read]) => read! > 0)],
    ],
  };
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
