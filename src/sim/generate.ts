import type { FaultKind } from '../rpc/idl/control.ts';
import { FAULT_KINDS, faultOf } from './generate-fault.ts';
import { backupOf, scanOf, upkeepOf } from './generate-upkeep.ts';
import { OTHER_DISK } from './names.ts';
import type { ClusterPlan, DataOperation, Operation, Plan } from './operation.ts';
import { Random } from './random.ts';

/** How long a run is: so many operations, or so much simulated time. */
export type Length = { readonly operations: number } | { readonly hours: number };

const TABLES = ['t1', 't2', 't3'];
const HASH_KEYS = ['a', 'b', 'c', 'd', 'e', 'f'];
const SORT_KEYS = ['1', '2', '3'];
/** Each write has a segment of its own, and log that nobody needs goes at the next look. */
export const TIGHT_LOG = {
  'replication.log_private_file_size_mb': '0',
  'replication.log_private_reserve_max_size_mb': '0',
  'replication.log_private_reserve_max_time_seconds': '0',
  'replication.checkpoint_max_interval_hours': '1',
};
/** A replica can move from one to the other. */
export const TWO_DISKS = {
  'replication.data_dirs': Object.keys(OTHER_DISK)
    .map((tag) => `${tag}:/pegasus/${tag}`)
    .join(),
};
/** What a cluster is configured with is drawn apart: what is done in a seed does not depend on it. */
const SETTINGS_STREAM = 2 ** 40;
const HOUR_MS = 3_600_000;
/** How often a run does what; each seed has its own mixture, so that rare things also happen often. */
interface Mixture {
  readonly data: number;
  readonly tables: number;
  readonly duplications: number;
  readonly nodes: number;
  readonly faults: number;
  readonly moves: number;
  readonly waits: number;
  readonly reopens: number;
  readonly rests: number;
  readonly upkeep: number;
  readonly backups: number;
  readonly scans: number;
  readonly faultKinds: readonly FaultKind[];
  readonly longestWaitMs: number;
  readonly longestRestMs: number;
  /** How many of the tables make atomic operations idempotent when they are made. */
  readonly idempotentTables: number;
}

/** The plan that a seed stands for. */
export function planOf(seed: number, length: Length): Plan {
  const random = new Random(seed);
  const plain = clustersOf(random);
  const settings = new Random(seed + SETTINGS_STREAM);
  // Too slow for long runs: each empty write of an idle table has a segment of its own.
  const isTight = settings.chance(0.25) && 'operations' in length;
  const mixture = mixtureOf(random, length, isTight);
  const clusters = configured(plain, settings, mixture, isTight);
  const generator = new Generator(random, clusters, mixture);
  const operations = generator.opening();
  let plannedMs = 0;
  while (
    'operations' in length ? operations.length < length.operations : plannedMs < length.hours * HOUR_MS
  ) {
    const operation = generator.next();
    operations.push(operation);
    plannedMs += 'ms' in operation ? operation.ms : 2;
  }
  return { seed, clusters, operations };
}

function clustersOf(random: Random): ClusterPlan[] {
  const count = random.weighted([
    [3, 1],
    [6, 2],
    [1, 3],
  ]);
  return ['A', 'B', 'C'].slice(0, count).map((name) => ({
    name,
    metas: random.weighted([
      [2, 1],
      [1, 3],
    ]),
    replicas: random.weighted([
      [1, 1],
      [8, 3],
      [2, 4],
      [1, 5],
    ]),
  }));
}

/** Some go by settings that make rare what is usual, and the other way round. */
function configured(
  clusters: readonly ClusterPlan[],
  random: Random,
  { rests, longestWaitMs }: Mixture,
  isTight: boolean,
): ClusterPlan[] {
  const settings = {
    ...(isTight ? TIGHT_LOG : {}),
    ...(random.chance(0.25) ? { 'replication.mutation_2pc_min_replica_count': '0' } : {}),
    ...(random.chance(0.5) ? TWO_DISKS : {}),
  };
  // As it is, a replica that is loaded may take its table for not duplicated, and throw away what log may go by then.
  const losesLog = isTight || rests > 0 || longestWaitMs >= HOUR_MS;
  const repairs = losesLog ? ['D11'] : [];
  return clusters.map((cluster) => ({ ...cluster, settings, repairs }));
}

/** Up to a month, or a tenth of what there is; an hour where log is thrown away at once. */
function longestRest(length: Length, isTight: boolean): number {
  if (isTight) return HOUR_MS;
  const most = 30 * 24 * HOUR_MS;
  return 'hours' in length ? Math.min(most, (length.hours * HOUR_MS) / 10) : most;
}

function mixtureOf(random: Random, length: Length, isTight: boolean): Mixture {
  const often = (weight: number): number => (random.chance(0.25) ? 0 : weight * 2 * random.fraction());
  return {
    data: 60,
    tables: often(2),
    duplications: often(3),
    nodes: often(6),
    faults: often(6),
    moves: often(2),
    waits: 6 + often(10),
    reopens: often(1),
    // A long run is one of clusters that are whole most of the time.
    rests: 'hours' in length ? 2 : often(0.5),
    longestRestMs: longestRest(length, isTight),
    faultKinds: FAULT_KINDS.filter(() => random.chance(0.5)),
    longestWaitMs: random.weighted([
      [4, 5_000],
      [5, 60_000],
      [3, 600_000],
      [1, HOUR_MS],
      [0.1, 12 * HOUR_MS],
    ]),
    idempotentTables: random.weighted([
      [6, 0],
      [2, 0.5],
      [2, 1],
    ]),
    upkeep: often(3),
    backups: often(1),
    scans: often(2),
  };
}

class Generator {
  private readonly random: Random;
  private readonly clusters: readonly ClusterPlan[];
  private readonly mixture: Mixture;
  private values = 0;

  constructor(random: Random, clusters: readonly ClusterPlan[], mixture: Mixture) {
    this.random = random;
    this.clusters = clusters;
    this.mixture = mixture;
  }

  /** Tables to begin with, and the time to make them. */
  opening(): Operation[] {
    const tables = TABLES.slice(0, this.random.between(1, 2));
    return [
      ...tables.map((table) => this.create('A', table)),
      ...(this.clusters.length > 1 ? [this.create('B', 'u1')] : []),
      { kind: 'wait', ms: 60_000 },
      ...(this.clusters.length > 1 && this.random.chance(0.6) ? [this.addDuplication('A', 't1')] : []),
    ];
  }

  next(): Operation {
    const { data, tables, duplications, nodes, faults, moves, waits, reopens, rests } = this.mixture;
    const { upkeep, backups, scans } = this.mixture;
    const make = this.random.weighted([
      [data, () => this.data()],
      [tables, () => this.table()],
      [this.clusters.length > 1 ? duplications : 0, () => this.duplication()],
      [nodes, () => this.node()],
      [faults, () => this.fault()],
      [moves, () => this.move()],
      [waits, () => this.wait()],
      [upkeep, () => upkeepOf(this.random, this.place())],
      [backups, () => backupOf(this.random, this.place())],
      [scans, () => this.scan()],
      [reopens, (): Operation => ({ kind: 'reopen' })],
      [rests, (): Operation => ({ kind: 'rest', ms: this.spread(60_000, this.mixture.longestRestMs) })],
    ]);
    return make();
  }

  private place(): { cluster: string; table: string } {
    const isElsewhere = this.clusters.length > 1 && this.random.chance(0.2);
    return isElsewhere
      ? { cluster: 'B', table: 'u1' }
      : {
          cluster: 'A',
          table: this.random.weighted([
            [6, 't1'],
            [3, 't2'],
            [1, 't3'],
          ]),
        };
  }

  private data(): DataOperation {
    const key = { ...this.place(), hashKey: this.random.pick(HASH_KEYS) };
    const sortKey = this.random.pick(SORT_KEYS);
    const value = `${++this.values}`;
    const { random } = this;
    const sortKeys = SORT_KEYS.filter((one) => one === sortKey || random.chance(0.5));
    return random.weighted<DataOperation>([
      [30, { ...key, kind: 'set', sortKey, value, ttl: random.chance(0.1) ? this.ttl() : 0 }],
      [20, { ...key, kind: 'get', sortKey }],
      [8, { ...key, kind: 'del', sortKey }],
      [6, { ...key, kind: 'incr', sortKey, by: random.between(-5, 100) }],
      [
        5,
        {
          ...key,
          kind: 'check_and_set',
          sortKey,
          expected: random.chance(0.5) ? undefined : `${this.values - 1}`,
          value,
        },
      ],
      [4, { ...key, kind: 'check_and_mutate', sortKey, removed: random.pick(SORT_KEYS), value }],
      [6, { ...key, kind: 'multi_set', sortKeys, value }],
      [6, { ...key, kind: 'multi_get' }],
      [4, { ...key, kind: 'multi_del', sortKeys }],
      [3, { ...key, kind: 'sortkey_count' }],
      [3, { ...key, kind: 'ttl', sortKey }],
      [3, { ...key, kind: 'hash_scan' }],
    ]);
  }

  /** Where clocks differ nothing expires: when it is gone would depend on who is asked. */
  private ttl(): number {
    return this.mixture.faultKinds.includes('clock_skew') ? 0 : this.random.between(1, 120);
  }

  private table(): Operation {
    const place = this.place();
    const { random } = this;
    const replicas = random.between(1, Math.min(5, this.clusters[0]?.replicas ?? 1));
    return random.weighted<Operation>([
      [3, this.create(place.cluster, place.table)],
      [2, { ...place, kind: 'drop' }],
      [4, { ...place, kind: 'recall' }],
      [1, { ...place, kind: 'rename', to: random.pick(TABLES) }],
      [
        2,
        {
          ...place,
          kind: 'set_env',
          key: 'replica.slow_query_threshold',
          value: `${random.between(20, 99)}`,
        },
      ],
      [1, { ...place, kind: 'del_env', key: 'replica.slow_query_threshold' }],
      [2, { ...place, kind: 'set_replica_count', replicas }],
      [2, { ...place, kind: 'set_atomic_idempotent', isOn: random.chance(0.5) }],
      [
        2,
        {
          kind: 'level',
          cluster: place.cluster,
          level: random.pick(['fl_steady', 'fl_lively', 'fl_freezed'] as const),
        },
      ],
    ]);
  }

  private create(cluster: string, table: string): Operation {
    const servers = this.clusters.find(({ name }) => name === cluster)?.replicas ?? 1;
    const replicas = this.random.weighted([
      [1, 1],
      [1, 2],
      [6, 3],
      [1, 4],
    ]);
    return {
      kind: 'create',
      cluster,
      table,
      partitions: this.random.pick([1, 2, 4]),
      replicas: Math.min(replicas, servers),
      idempotent: this.random.chance(this.mixture.idempotentTables),
    };
  }

  private duplication(): Operation {
    // A follower may be duplicated too, to where its source is or elsewhere.
    const place = this.random.chance(0.1) ? { cluster: 'B', table: 't1' } : this.place();
    const { random } = this;
    return random.weighted<Operation>([
      [4, this.addDuplication(place.cluster, place.table)],
      [3, { ...place, kind: 'pause_dup' }],
      [5, { ...place, kind: 'start_dup' }],
      [2, { ...place, kind: 'remove_dup' }],
      [
        1,
        { ...place, kind: 'set_dup_fail_mode', failMode: random.pick(['FAIL_SLOW', 'FAIL_SKIP'] as const) },
      ],
    ]);
  }

  private addDuplication(cluster: string, table: string): Operation {
    const others = this.clusters.map(({ name }) => name).filter((name) => name !== cluster);
    const remote = this.random.pick(others);
    const full = this.random.chance(0.8);
    return { kind: 'add_dup', cluster, table, remote, full, calm: this.random.chance(0.6) };
  }

  private node(): Operation {
    const { random } = this;
    const { name: cluster, metas, replicas } = random.pick(this.clusters);
    const isMeta = random.chance(0.15);
    const node = isMeta ? `meta${random.between(1, metas)}` : `replica${random.between(1, replicas)}`;
    const action = random.weighted([
      [4, 'kill'],
      [2, 'stop'],
      [6, 'start'],
      [4, 'restart'],
      [isMeta ? 0 : 0.5, 'wipe'],
      [isMeta ? 0 : 0.5, 'corrupt'],
    ] as const);
    if (action === 'corrupt') return { kind: 'corrupt', cluster, node };
    return { kind: 'node', cluster, node, action };
  }

  private move(): Operation {
    const { random } = this;
    const how = [
      'move_pri',
      'copy_pri',
      'copy_sec',
      'ADD_SECONDARY',
      'DOWNGRADE_TO_INACTIVE',
      'REMOVE',
    ] as const;
    const [partition, choice] = [random.below(4), random.below(4)];
    return { ...this.place(), kind: 'move', partition, how: random.pick(how), choice };
  }

  private scan(): Operation {
    const place = this.place();
    const { replicas } = this.clusters.find(({ name }) => name === place.cluster)!;
    return scanOf(this.random, place, replicas);
  }

  private wait(): Operation {
    return { kind: 'wait', ms: this.spread(1, this.mixture.longestWaitMs) };
  }

  /** From `least` to `most`, every order of magnitude as often as another. */
  private spread(least: number, most: number): number {
    return Math.floor(least * (most / least) ** this.random.fraction());
  }

  private fault(): Operation {
    const { random, clusters, mixture } = this;
    if (mixture.faultKinds.length === 0 || random.chance(0.2)) return { kind: 'clear_faults' };
    return { kind: 'fault', fault: faultOf(random, clusters, mixture.faultKinds) };
  }
}
