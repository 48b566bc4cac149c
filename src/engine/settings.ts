import { UsageError } from '../errors.ts';

/** One tunable of a cluster, by upstream's `section.key`. */
interface Setting<T extends number | boolean> {
  readonly value: T;
  readonly unit: string;
  /** Whether a running server takes a new value at once; else when it starts next. */
  readonly mutable: boolean;
  readonly meaning: string;
}

function number(value: number, unit: string, meaning: string, mutable = true): Setting<number> {
  return { value, unit, mutable, meaning };
}

function boolean(value: boolean, meaning: string, mutable = true): Setting<boolean> {
  return { value, unit: '', mutable, meaning };
}

/** Defaults are those of Pegasus's own onebox (`config.min.ini`; cluster-engine.md 7, duplication.md 1.6). */
export const SETTINGS = {
  'pegsh.dup_prepare_timeout_remove': boolean(false, 'whether a duplication over its time limit is removed'),
  'pegsh.dup_prepare_timeout_seconds': number(
    0,
    's',
    'how long a full duplication may take to begin shipping; 0 = no limit',
  ),
  'meta_server.hold_seconds_for_dropped_app': number(
    604_800,
    's',
    'how long a dropped table can be recalled',
  ),
  'meta_server.lb_interval_ms': number(10_000, 'ms', 'period of the partition check'),
  'meta_server.max_allowed_replica_count': number(5, '', 'most replicas a table may have'),
  'meta_server.min_allowed_replica_count': number(1, '', 'fewest replicas a table may have'),
  'meta_server.min_live_node_count_for_unfreeze': number(
    1,
    '',
    'live replica servers below which nothing is changed',
  ),
  'meta_server.node_live_percentage_threshold_for_update': number(
    65,
    '%',
    'share of live replica servers below which nothing is changed',
  ),
  'meta_server.replica_assign_delay_ms_for_dropouts': number(
    600_000,
    'ms',
    'how long a server that left may come back before another takes its place',
  ),
  'replication.checkpoint_max_interval_hours': number(2, 'h', 'longest time without a new checkpoint'),
  'replication.config_sync_interval_ms': number(30_000, 'ms', 'period of the config sync'),
  'replication.dup_no_mutation_load_delay_ms': number(
    100,
    'ms',
    'pause of a duplication that has nothing to ship',
  ),
  'replication.dup_progress_min_update_period_ms': number(
    5_000,
    'ms',
    'shortest time between two stored progresses',
  ),
  'replication.duplicate_log_batch_bytes': number(4_096, 'bytes', 'size of one shipped batch'),
  'replication.duplication_enabled': boolean(true, 'whether tables can be duplicated', false),
  'replication.duplication_sync_period_second': number(10, 's', 'period of the duplication sync'),
  'replication.fd_beacon_interval_seconds': number(3, 's', 'period of the beacons', false),
  'replication.fd_check_interval_seconds': number(2, 's', 'period of the failure detector', false),
  'replication.fd_grace_seconds': number(22, 's', 'silence after which a server counts as dead', false),
  'replication.group_check_interval_ms': number(100_000, 'ms', 'period of the group check', false),
  'replication.log_private_file_size_mb': number(32, 'MB', 'size of a private log segment', false),
  'replication.log_private_reserve_max_size_mb': number(
    1_000,
    'MB',
    'log that is kept although it is spare',
    false,
  ),
  'replication.log_private_reserve_max_time_seconds': number(
    36_000,
    's',
    'age up to which spare log is kept',
    false,
  ),
  'replication.max_concurrent_manual_emergency_checkpointing_count': number(
    10,
    '',
    'checkpoints for duplications that one server makes at a time',
  ),
  'replication.mutation_2pc_min_replica_count': number(1, '', 'members without which nothing is written'),
  'replication.plog_gc_enabled': boolean(true, 'whether spare private log is deleted'),
  'security.enable_auth': boolean(false, 'whether a server can negotiate authentication', false),
  'security.mandatory_auth': boolean(false, 'whether a server drops what comes unauthenticated'),
} as const satisfies Record<string, Setting<number> | Setting<boolean>>;

export type SettingKey = keyof typeof SETTINGS;
export type SettingValue<K extends SettingKey> = (typeof SETTINGS)[K]['value'] extends boolean
  ? boolean
  : number;

export function isSettingKey(key: string): key is SettingKey {
  return Object.hasOwn(SETTINGS, key);
}

/** A setting's value: what the cluster overrides, else the default. */
export function settingValue<K extends SettingKey>(
  key: K,
  overrides: Readonly<Record<string, string>>,
): SettingValue<K> {
  const text = overrides[key];
  const { value } = SETTINGS[key];
  if (text === undefined) return value as SettingValue<K>;
  return (typeof value === 'boolean' ? text === 'true' : Number(text)) as SettingValue<K>;
}

/** @throws UsageError when there is no such setting, or the text is not a value of it */
export function checkSetting(key: string, text: string): SettingKey {
  if (!isSettingKey(key)) {
    throw new UsageError(`unknown setting '${key}'`, 'pegsh cluster config <name> lists every setting');
  }
  const isBoolean = typeof SETTINGS[key].value === 'boolean';
  const isValid = isBoolean ? text === 'true' || text === 'false' : /^\d+$/.test(text);
  if (!isValid) {
    const wanted = isBoolean
      ? 'true or false'
      : `a whole number${SETTINGS[key].unit ? ` of ${SETTINGS[key].unit}` : ''}`;
    throw new UsageError(`'${text}' is not a value of ${key}: it takes ${wanted}`);
  }
  return key;
}
