import { parseSigned } from './integer.ts';
import { parseReadSizeLimit, parseThrottling, splitArgs } from './throttling.ts';

/** Why a value is refused, in upstream's words; undefined = it is accepted. */
type Verdict = string | undefined;
type Validator = (value: string) => Verdict;

const anything: Validator = () => undefined;
const boolean: Validator = (value) =>
  /^(true|false)$/i.test(value) ? undefined : `invalid value '${value}', should be a boolean`;
const throttling: Validator = (value) => hintOf(parseThrottling(value));
const compaction = oneOf('force', 'skip');
const targetLevel = integer(64, '-1 or >= 1', (number) => number === -1n || number >= 1n);

/** What each env of a table may be set to (`src/meta/app_env_validator.cpp`). */
const VALIDATORS: Readonly<Record<string, Validator>> = {
  'business.info': anything,
  default_ttl: atLeast(32, 0n),
  'duplication.follower_app_status': anything,
  'duplication.master_app_name': anything,
  'duplication.master_cluster': anything,
  'duplication.master_metas': anything,
  'manual_compact.disabled': boolean,
  'manual_compact.max_concurrent_running_count': atLeast(32, 0n),
  'manual_compact.once.bottommost_level_compaction': compaction,
  'manual_compact.once.target_level': targetLevel,
  'manual_compact.once.trigger_time': integer(
    64,
    '> 0, timestamp (in seconds) to trigger the once manual compaction',
    (number) => number >= 0n,
  ),
  'manual_compact.periodic.bottommost_level_compaction': compaction,
  'manual_compact.periodic.target_level': targetLevel,
  'manual_compact.periodic.trigger_time': anything,
  'replica.backup_request_throttling': throttling,
  'replica.deny_client_request': denial,
  'replica.read_throttling': throttling,
  'replica.read_throttling_by_size': (value) => hintOf(parseReadSizeLimit(value)),
  'replica.rocksdb_block_cache_enabled': boolean,
  'replica.rocksdb_iteration_threshold_time_ms': atLeast(64, 0n),
  'replica.slow_query_threshold': atLeast(64, 20n),
  'replica.split.validate_partition_hash': boolean,
  'replica.write_throttling': throttling,
  'replica.write_throttling_by_size': throttling,
  'replica_access_controller.allowed_users': anything,
  'replica_access_controller.ranger_policies': anything,
  'rocksdb.allow_ingest_behind': boolean,
  'rocksdb.checkpoint.reserve_min_count': integer(32, '> 0', (number) => number > 0n),
  'rocksdb.checkpoint.reserve_time_seconds': atLeast(32, 0n),
  'rocksdb.num_levels': inRange(1n, 10n),
  'rocksdb.usage_scenario': oneOf('bulk_load', 'normal', 'prefer_write'),
  'rocksdb.write_buffer_size': inRange(16n << 20n, 512n << 20n),
  user_specified_compaction: anything,
};

/** Envs that are looked at when a table is made; others are taken as they are. */
const CHECKED_AT_CREATION = ['rocksdb.num_levels', 'rocksdb.write_buffer_size'];

/** Whether a table may have this env; undefined when it may, else the hint of the answer. */
export function validateEnv(key: string, value: string): Verdict {
  const validator = Object.hasOwn(VALIDATORS, key) ? VALIDATORS[key] : undefined;
  return validator === undefined ? `app_env '${key}' is not supported` : validator(value);
}

/** Whether a table may be made with these envs (`validate_app_envs`). */
export function areEnvsAllowed(envs: ReadonlyMap<string, string>): boolean {
  return CHECKED_AT_CREATION.every((key) => {
    const value = envs.get(key);
    return value === undefined || validateEnv(key, value) === undefined;
  });
}

function integer(bits: 32 | 64, limitation: string, isAllowed: (number: bigint) => boolean): Validator {
  return (value) => {
    const number = parseSigned(value, bits);
    if (number === undefined) return `invalid value '${value}', should be an ${bits} bits integer`;
    return isAllowed(number) ? undefined : `invalid value '${value}', should be '${limitation}'`;
  };
}

function atLeast(bits: 32 | 64, least: bigint): Validator {
  return integer(bits, `>= ${least}`, (number) => number >= least);
}

function inRange(least: bigint, most: bigint): Validator {
  return integer(64, `In range [${least}, ${most}]`, (number) => number >= least && number <= most);
}

function oneOf(...words: readonly string[]): Validator {
  return (value) => (words.includes(value) ? undefined : words.join(' | '));
}

function denial(value: string): Verdict {
  const [way, what, ...more] = splitArgs(value, '*');
  const isKnown =
    more.length === 0 &&
    ['timeout', 'reconfig'].includes(way ?? '') &&
    ['all', 'write', 'read'].includes(what ?? '');
  if (isKnown) return undefined;
  return (
    'Invalid deny client args, valid include: timeout*all, timeout*write, timeout*read; ' +
    'reconfig*all, reconfig*write, reconfig*read'
  );
}

function hintOf(parsed: unknown): Verdict {
  return typeof parsed === 'string' ? parsed : undefined;
}
