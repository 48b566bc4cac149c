import { parseSigned, parseUnsigned } from '../../rpc/idl/integer.ts';
import { configuredFlag, flagOf, tellFlag } from '../flags.ts';
import type { SettingType } from '../settings/setting.ts';
import { SETTINGS, type SettingKey } from '../settings.ts';
import type { RemoteCommand, Server } from './remote-command.ts';

interface Declared {
  readonly name: string;
  readonly key: SettingKey;
  readonly description: string;
  readonly role: 'meta' | 'replica';
  readonly needs?: 'lead' | 'state';
  /** Which values of a number are acceptable; else any but negative ones. */
  readonly accepts?: (value: bigint) => boolean;
}

/** Commands that ask and tell a running server what it goes by. */
const DECLARED: readonly Declared[] = [
  {
    name: 'meta.lb.add_secondary_enable_flow_control',
    key: 'meta_server.add_secondary_enable_flow_control',
    description: 'control whether enable add secondary flow control',
    role: 'meta',
    needs: 'state',
  },
  {
    name: 'meta.lb.add_secondary_max_count_for_one_node',
    key: 'meta_server.add_secondary_max_count_for_one_node',
    description: 'control the max count to add secondary for one node',
    role: 'meta',
    needs: 'state',
  },
  {
    name: 'meta.lb.assign_delay_ms',
    key: 'meta_server.replica_assign_delay_ms_for_dropouts',
    description: 'control the replica_assign_delay_ms_for_dropouts config',
    role: 'meta',
    needs: 'lead',
  },
  {
    name: 'meta.lb.balancer_in_turn',
    key: 'meta_server.balancer_in_turn',
    description: 'control whether do app balancer in turn',
    role: 'meta',
    needs: 'lead',
  },
  {
    name: 'meta.lb.only_move_primary',
    key: 'meta_server.only_move_primary',
    description: 'control whether only move primary in balancer',
    role: 'meta',
    needs: 'lead',
  },
  {
    name: 'meta.lb.only_primary_balancer',
    key: 'meta_server.only_primary_balancer',
    description: 'control whether do only primary balancer',
    role: 'meta',
    needs: 'lead',
  },
  {
    name: 'meta.live_percentage',
    key: 'meta_server.node_live_percentage_threshold_for_update',
    description: 'node live percentage threshold for update',
    role: 'meta',
    accepts: (value) => value >= 0n && value <= 100n,
  },
  {
    name: 'replica.deny-client',
    key: 'replication.deny_client_on_start',
    description: 'control if deny client read & write request',
    role: 'replica',
  },
  {
    name: 'nfs.max_copy_rate_megabytes_per_disk',
    key: 'nfs.max_copy_rate_megabytes_per_disk',
    description:
      "The maximum bandwidth (MB/s) of writing data per local disk when copying from remote node, 0 means no limit, should be greater than 'nfs_copy_block_bytes' which is 4194304",
    role: 'replica',
    accepts: (value) => value === 0n || value << 20n > 4_194_304n,
  },
  {
    name: 'nfs.max_send_rate_megabytes_per_disk',
    key: 'nfs.max_send_rate_megabytes_per_disk',
    description:
      'The maximum bandwidth (MB/s) of reading data per local disk when transferring data to remote node, 0 means no limit',
    role: 'replica',
  },
  {
    name: 'replica.disable-empty-write',
    key: 'replication.empty_write_disabled',
    description: 'whether to disable empty writes',
    role: 'replica',
  },
  {
    name: 'replica.load-replica-max-wait-time-ms',
    key: 'replication.load_replica_max_wait_time_ms',
    description: 'The max waiting time for replica loading to complete.',
    role: 'replica',
  },
  {
    name: 'replica.max-concurrent-bulk-load-downloading-count',
    key: 'replication.max_concurrent_bulk_load_downloading_count',
    description: 'The maximum concurrent bulk load downloading replica count.',
    role: 'replica',
  },
  {
    name: 'replica.max-replicas-on-load-for-each-disk',
    key: 'replication.max_replicas_on_load_for_each_disk',
    description: 'The max number of replicas that are allowed to be loaded simultaneously for each disk dir.',
    role: 'replica',
  },
  {
    name: 'replica.mem-release-max-reserved-percentage',
    key: 'replication.mem_release_max_reserved_mem_percentage',
    description: 'control tcmalloc max reserved but not-used memory percentage',
    role: 'replica',
    accepts: (value) => value > 0n && value <= 100n,
  },
  {
    name: 'replica.release-tcmalloc-memory',
    key: 'replication.mem_release_enabled',
    description: 'control if try to release tcmalloc memory',
    role: 'replica',
  },
  {
    name: 'replica.verbose-client-log',
    key: 'replication.verbose_client_log_on_start',
    description: 'control if print verbose error log when reply read & write request',
    role: 'replica',
  },
  {
    name: 'replica.verbose-commit-log',
    key: 'replication.verbose_commit_log_on_start',
    description: 'control if print verbose log when commit mutation',
    role: 'replica',
  },
];

export const SETTING_COMMANDS: readonly RemoteCommand[] = DECLARED.map((declared) => {
  const isBool = SETTINGS[declared.key].type === 'bool';
  return {
    ...declared,
    usage: isBool ? '<true|false>' : '[num | DEFAULT]',
    run: (server: Server, words: readonly string[]) =>
      pretty((isBool ? setBool : setInt)(server, declared, words)),
  };
});

type Answer = Readonly<Record<string, string | number>>;

const OK = 'ok';

/** `command_manager::set_bool`. */
function setBool(server: Server, { name, key }: Declared, words: readonly string[]): Answer {
  const [word] = words;
  if (word === undefined) return { error: OK, [name]: flagOf(server.cluster, server.node, key) };
  if (words.length > 1) return { error: 'ERR: invalid arguments, only one boolean argument is acceptable' };
  const value = word.toLowerCase();
  if (value !== 'true' && value !== 'false')
    return { error: `ERR: invalid arguments, '${word}' is not a boolean` };
  tellFlag(server.cluster, server.node, key, value);
  return { error: OK };
}

/** `command_manager::set_int`: a value that is asked for is a text, a default that is gone back to is a number. */
function setInt(
  server: Server,
  { name, key, accepts = isNotNegative }: Declared,
  words: readonly string[],
): Answer {
  const [word] = words;
  if (word === undefined) return { error: OK, [name]: flagOf(server.cluster, server.node, key) };
  if (words.length > 1) {
    return { error: `ERR: invalid arguments '${words.join(' ')}', only one argument is acceptable` };
  }
  if (word.toUpperCase() === 'DEFAULT') {
    const value = configuredFlag(server.cluster, key);
    tellFlag(server.cluster, server.node, key, value);
    return { error: OK, [name]: Number(value) };
  }
  const value = parsed(word, SETTINGS[key].type);
  if (value === undefined || !accepts(value)) {
    return { error: `ERR: invalid argument '${word}', the value is not acceptable` };
  }
  tellFlag(server.cluster, server.node, key, String(value));
  return { error: OK };
}

function parsed(word: string, type: SettingType): bigint | undefined {
  const bits = type === 'int32' || type === 'uint32' ? 32 : 64;
  return type.startsWith('u') ? parseUnsigned(word, bits) : parseSigned(word, bits);
}

function isNotNegative(value: bigint): boolean {
  return value >= 0n;
}

/** Two blanks a level, sorted by key: `error` stands before the names of all commands. */
function pretty(answer: Answer): string {
  return JSON.stringify(answer, undefined, 2);
}
