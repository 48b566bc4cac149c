import { dateTime } from '../../rpc/idl/time.ts';
import type { AppRecord, PartitionRecord } from '../documents/meta.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { PartitionTally } from './partition-tally.ts';
import { type HttpReply, type HttpRequest, ok, type Pieces } from './route.ts';
import { type Row, rowJson, type Table, tablesJson } from './tables.ts';

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
  return ok(detailed(general, meta.tree.lookAtAll(record), outward));
}

function* detailed(
  general: Table,
  partitions: readonly PartitionRecord[],
  outward: HttpRequest['outward'],
): Pieces {
  const shown = (node: string): string => (node === '' ? '-' : outward(node));
  const tally = new PartitionTally();
  yield `${tablesJson([general]).slice(0, -2)},"replicas":{`;
  for (const [pidx, partition] of partitions.entries()) {
    const { ballot, primary, secondaries, max_replica_count } = partition;
    const members = secondaries.length + Number(primary !== '');
    tally.add(partition);
    const row = rowJson(
      ['pidx', 'ballot', 'replica_count', 'primary', 'secondaries'],
      [
        pidx,
        ballot,
        `${members}/${max_replica_count}`,
        shown(primary),
        `[${secondaries.map(shown).join(',')}]`,
      ],
    );
    yield pidx === 0 ? row : `,${row}`;
  }
  const nodes = {
    name: 'nodes',
    titles: ['node', 'primary', 'secondary', 'total'],
    rows: tally.nodeRows(shown),
  };
  yield `},${tablesJson([nodes, { name: 'healthy', rows: tally.healthRows() }]).slice(1)}`;
}

/** `/meta/apps`: the tables that are there, with `detail` how healthy they are too. */
export function apps(meta: MetaServer, { args }: HttpRequest): HttpReply {
  const records = meta.tree.apps().filter(({ status }) => status === 'AS_AVAILABLE');
  if (!args.has('detail') || records.length === 0)
    return ok(tablesJson([generalInfo(records), summaryOf(records)]));
  return ok(withHealths(meta, records));
}

function* withHealths(meta: MetaServer, records: readonly AppRecord[]): Pieces {
  const healths: (readonly number[])[] = [];
  for (const record of records) {
    const tally = new PartitionTally();
    for (const partition of meta.tree.lookAtAll(record)) {
      tally.add(partition);
      yield undefined;
    }
    healths.push(tally.health);
  }
  yield tablesJson([generalInfo(records), healthyInfo(records, healths), summaryOf(records, healths)]);
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

/** @param healths see `PartitionTally`, by table */
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
