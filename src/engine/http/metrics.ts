/** `/metrics` (`src/utils/metrics.h`): what a simulation has of them, in Pegasus's JSON or for Prometheus. */
import type { Cluster } from '../cluster.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { capacityOf, disksOf, roomOf } from '../replica/disks.ts';
import { readsFirst } from '../replica/read-records.ts';
import type { Replica } from '../replica/replica.ts';
import type { ReplicaServer } from '../replica/replica-server.ts';
import { leaderOf, settling } from '../replica/settle.ts';
import { type HttpReply, type HttpRequest, ok, type Pieces } from './route.ts';

interface Metric {
  readonly name: string;
  readonly type: 'Gauge' | 'Counter';
  readonly value: number;
  readonly unit: string;
  readonly desc: string;
}

interface Entity {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly metrics: readonly Metric[];
}

interface Filter {
  readonly fields: readonly string[];
  readonly types: readonly string[];
  readonly ids: readonly string[];
  readonly attributes: readonly (readonly [string, string])[];
  readonly metrics: readonly string[];
  readonly isDetailed: boolean;
}

const ARGUMENTS = ['with_metric_fields', 'types', 'ids', 'attributes', 'metrics', 'detail', 'format'];
const ALL_FIELDS: readonly (keyof Metric)[] = ['name', 'type', 'unit', 'desc', 'value'];
const BRIEF_FIELDS = ['name', 'value'];
const MEGABYTE = 2 ** 20;
const ESTIMATED_KEYS = 'rdb_estimated_keys';

/** `/metrics`: the server's metrics, by entity, as far as the filters let them (`src/utils/metrics.cpp`). */
export function metrics(request: HttpRequest): HttpReply {
  const { cluster, node, method, args, outward } = request;
  if (method !== 'GET') return refused("please use 'GET' method while querying for metrics");
  const filter = filterOf(args);
  if (typeof filter === 'string') return refused(filter);
  const entities = entitiesOf(cluster, node, filter);
  if (args.get('format') === 'prometheus') return ok(prometheus(cluster, node, entities, filter));
  const address = outward(node);
  const colon = address.lastIndexOf(':');
  const head = {
    cluster: cluster.name,
    role: cluster.node(node).role,
    host: address.slice(0, colon),
    port: Number(address.slice(colon + 1)),
    timestamp_ns: cluster.universe.now * 1000,
  };
  return ok(json(head, entities, filter));
}

/** Of a page without entities. */
const END = ']\n}';

/** As `JSON.stringify` gives it, indented by four, an entity at a time. */
function* json(head: object, entities: Entities, filter: Filter): Pieces {
  const fields = fieldsOf(filter);
  const empty = JSON.stringify({ ...head, entities: [] }, undefined, 4);
  yield empty.slice(0, -END.length);
  let isEmpty = true;
  for (const entity of entities) {
    const chosen = entity === undefined ? [] : chosenOf(entity, filter);
    if (chosen.length > 0) {
      const metrics = chosen.map((metric) => Object.fromEntries(fields.map((name) => [name, metric[name]])));
      const text = JSON.stringify({ ...entity, metrics }, undefined, 4).replaceAll('\n', '\n        ');
      yield `${isEmpty ? '' : ','}\n        ${text}`;
      isEmpty = false;
    } else yield undefined;
  }
  yield isEmpty ? END : `\n    ${END}`;
}

function refused(message: string): HttpReply {
  return { status: 400, body: JSON.stringify({ error_message: message }, undefined, 4) };
}

function filterOf(args: ReadonlyMap<string, string>): Filter | string {
  for (const [name, value] of args) if (!ARGUMENTS.includes(name)) return `unknown field ${name}=${value}`;
  const list = (name: string): string[] => (args.get(name) ?? '').split(',').filter(Boolean);
  const attributes = list('attributes');
  if (attributes.length % 2 !== 0) {
    return 'the number of arguments for attributes should be even, since each attribute name always pairs with a value';
  }
  const detail = args.get('detail') ?? 'false';
  if (detail !== 'true' && detail !== 'false') {
    return 'the value of detail should be a boolean value, i.e. true or false';
  }
  return {
    fields: list('with_metric_fields'),
    types: list('types'),
    ids: list('ids'),
    attributes: Array.from({ length: attributes.length / 2 }, (_, at) => [
      attributes[2 * at]!,
      attributes[2 * at + 1]!,
    ]),
    metrics: list('metrics'),
    isDetailed: detail === 'true',
  };
}

/** Those of its metrics that are asked for. */
function chosenOf(entity: Entity, { types, ids, attributes, metrics: names }: Filter): readonly Metric[] {
  const isChosen =
    (types.length === 0 || types.includes(entity.type)) &&
    (ids.length === 0 || ids.includes(entity.id)) &&
    (attributes.length === 0 || attributes.some(([name, value]) => entity.attributes[name] === value));
  return isChosen ? entity.metrics.filter(({ name }) => names.length === 0 || names.includes(name)) : [];
}

/** In upstream's order. */
function fieldsOf({ fields, isDetailed }: Filter): (keyof Metric)[] {
  const wanted = fields.length > 0 ? fields : isDetailed ? ALL_FIELDS : BRIEF_FIELDS;
  return ALL_FIELDS.filter((name) => wanted.includes(name));
}

/** Each as it is when it is told of: there may be thousands. `undefined` says that the next is not ready yet. */
type Entities = Iterable<Entity | undefined>;

function* entitiesOf(cluster: Cluster, node: string, filter: Filter): Entities {
  const server = cluster.replicaServer(node);
  if (server !== undefined) {
    const replicas = yield* settling(server, server.tablesOnDisk());
    yield serverEntity(replicas);
    yield* diskEntities(server);
    for (const replica of replicas) {
      const entity = replicaEntity(replica);
      const countsKeys = chosenOf(entity, filter).some(({ name }) => name === ESTIMATED_KEYS);
      while (countsKeys && readsFirst(leaderOf(replica))) yield undefined;
      yield entity;
    }
  } else if (cluster.meta?.node === node) yield metaEntity(cluster.meta);
}

function serverEntity(replicas: readonly Replica[]): Entity {
  const counts = new Map<string, number>();
  for (const { ram } of replicas) counts.set(ram.status, (counts.get(ram.status) ?? 0) + 1);
  const count = (status: string): number => counts.get(status) ?? 0;
  return {
    type: 'server',
    id: 'server',
    attributes: {},
    metrics: [
      gauge('inactive_replicas', count('PS_INACTIVE'), 'Replicas', 'The number of inactive replicas'),
      gauge(
        'learning_replicas',
        count('PS_POTENTIAL_SECONDARY'),
        'Replicas',
        'The number of learning replicas',
      ),
      gauge('primary_replicas', count('PS_PRIMARY'), 'Replicas', 'The number of primary replicas'),
      gauge('secondary_replicas', count('PS_SECONDARY'), 'Replicas', 'The number of secondary replicas'),
      gauge('total_replicas', replicas.length, 'Replicas', 'The total number of replicas'),
    ],
  };
}

/** As they were measured last (`src/common/fs_manager.cpp`). */
function diskEntities(server: ReplicaServer): Entity[] {
  const capacity = capacityOf(server);
  const available = roomOf(server).available_mb;
  return disksOf(server).map(({ tag, directory }) => ({
    type: 'disk',
    id: `disk@${tag}`,
    attributes: { tag, data_dir: directory },
    metrics: [
      gauge('disk_capacity_avail_mb', available[tag] ?? capacity, 'MegaBytes', 'The available disk capacity'),
      gauge('disk_capacity_total_mb', capacity, 'MegaBytes', 'The total disk capacity'),
    ],
  }));
}

function replicaEntity(replica: Replica): Entity {
  const { gpid, appId, pidx, ram, disk } = replica;
  const newest = disk.checkpoints.at(-1);
  const pending = Object.values(ram.duplicators).map(({ confirmed_decree }) => confirmed_decree);
  const behind = pending.map((confirmed) => Math.max(0, ram.last_committed_decree - Math.max(0, confirmed)));
  return {
    type: 'replica',
    id: `replica@${gpid}`,
    attributes: { table_id: String(appId), partition_id: String(pidx) },
    metrics: [
      gauge(
        'dup_pending_mutations',
        Math.max(0, ...behind),
        'Mutations',
        'The number of mutations not yet confirmed',
      ),
      {
        ...gauge(ESTIMATED_KEYS, 0, 'Keys', 'The number of records'),
        // A secondary has what its primary has. It is read where this is asked for: of thousands that takes seconds.
        get value() {
          return leaderOf(replica).records.size;
        },
      },
      gauge(
        'rdb_total_sst_files',
        newest === undefined ? 0 : 1,
        'Files',
        'The number of files of the newest checkpoint',
      ),
      gauge(
        'rdb_total_sst_size_mb',
        Math.floor((newest?.bytes ?? 0) / MEGABYTE),
        'MegaBytes',
        'The size of the newest checkpoint',
      ),
      ...Array.from(replica.requests.all(), ([name, value]) => requestCounter(name, value)),
    ],
  };
}

function metaEntity(meta: MetaServer): Entity {
  return {
    type: 'server',
    id: 'server',
    attributes: {},
    metrics: [
      gauge(
        'alive_replica_servers',
        meta.liveness.nodes('alive').length,
        'Servers',
        'The number of live replica servers',
      ),
      gauge(
        'unalive_replica_servers',
        meta.liveness.nodes('dead').length,
        'Servers',
        'The number of dead replica servers',
      ),
    ],
  };
}

function gauge(name: string, value: number, unit: string, desc: string): Metric {
  return { name, type: 'Gauge', value, unit, desc };
}

function requestCounter(request: string, value: number): Metric {
  const name = request === 'dup' ? 'DUPLICATE' : request.toUpperCase();
  const desc = `The number of ${name} requests`;
  return { name: `${request}_requests`, type: 'Counter', value, unit: 'Requests', desc };
}

/** The text format of Prometheus, one family after the other. */
function* prometheus(cluster: Cluster, node: string, entities: Entities, filter: Filter): Pieces {
  const families = new Map<string, string[]>();
  for (const entity of entities) {
    yield undefined;
    if (entity === undefined) continue;
    const { type, id, attributes } = entity;
    const labels = { cluster: cluster.name, instance: node, entity: type, id, ...attributes };
    const text = Object.entries(labels)
      .map(([name, value]) => `${name}="${value.replace(/["\\\n]/g, '_')}"`)
      .join(',');
    for (const { name, type, value, desc } of chosenOf(entity, filter)) {
      const head = `# HELP pegasus_${name} ${desc}\n# TYPE pegasus_${name} ${type.toLowerCase()}\n`;
      const lines = families.get(name) ?? [head];
      lines.push(`pegasus_${name}{${text}} ${value}\n`);
      families.set(name, lines);
    }
  }
  for (const lines of families.values()) yield* lines;
}
