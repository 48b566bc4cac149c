import { dateTime } from '../../rpc/idl/time.ts';
import { startCheckpoint } from '../replica/emergency-checkpoint.ts';
import { failLocally } from '../replica/local-failure.ts';
import { collectsLog } from '../replica/log-collection.ts';
import type { Replica } from '../replica/replica.ts';
import { settling } from '../replica/settle.ts';
import { keepingSome, type Steps } from '../steps.ts';
import { ofReplicas } from './of-replicas.ts';
import type { RemoteCommand, Server } from './remote-command.ts';

const CHOSEN =
  "replicas specified by comma-separated list of 'app_id' or 'app_id.partition_id', or all replicas for empty";

/** Commands about replicas, all or those that ids name (`replica_stub.cpp`). */
export const REPLICA_COMMANDS: readonly RemoteCommand[] = [
  aboutReplicas(
    'replica.query-progress',
    `Query the progress of decrees, including both local writes and duplications for ${CHOSEN}`,
    progress,
  ),
  aboutReplicas(
    'replica.trigger-checkpoint',
    'Trigger replicas to do checkpoint by app_id or app_id.partition_id',
    checkpoint,
  ),
  aboutReplicas(
    'replica.query-compact',
    'Query full compact status on the underlying storage engine by app_id or app_id.partition_id',
    compaction,
  ),
  aboutReplicas(
    'replica.query-app-envs',
    'Query app envs on the underlying storage engine by app_id or app_id.partition_id',
    storageOptions,
  ),
  logCollection('replica.enable-plog-gc', `Enable plog garbage collection for ${CHOSEN}`, true),
  logCollection('replica.disable-plog-gc', `Disable plog garbage collection for ${CHOSEN}`, false),
  logCollection(
    'replica.query-plog-gc-enabled-status',
    `Query if plog garbage collection is enabled or disabled for ${CHOSEN}`,
  ),
  {
    name: 'replica.kill_partition',
    description: 'Kill partitions by (all, one app, one partition)',
    usage: '[app_id [partition_index]]',
    role: 'replica',
    run: killPartition,
  },
];

/** Switches the collection of logs on or off, or only tells of it. */
function logCollection(name: string, description: string, wanted?: boolean): RemoteCommand {
  const answer = (replica: Replica): string => {
    if (wanted !== undefined) {
      replica.ram.collects_log = wanted;
      replica.saveRam();
    }
    return collectsLog(replica) ? 'enabled' : 'disabled';
  };
  return aboutReplicas(name, description, answer);
}

/** @param answer what is told of each replica that is asked */
function aboutReplicas(
  name: string,
  description: string,
  answer: (replica: Replica) => string,
): RemoteCommand {
  return {
    name,
    description,
    usage: '[id1,id2,...]',
    role: 'replica',
    run: (server, words) => ofReplicas(server, words, answer),
  };
}

/** However many of them there are at a time. */
function checkpoint(replica: Replica): string {
  startCheckpoint(replica);
  return 'triggered';
}

/** `query_compact_state` (`pegasus_manual_compact_service.cpp`). */
function compaction({ ram, disk }: Replica): string {
  const { started_us: started, used_us: used } = ram.compaction ?? {};
  const { compaction_finished_us: finished } = disk;
  const time = (us: number | undefined): string => (us === undefined ? '-' : dateTime(us / 1000));
  return JSON.stringify({
    last_finish: time(finished),
    last_used_ms: used === undefined || used < 1000 ? '-' : String(Math.floor(used / 1000)),
    recent_enqueue_at: time(started),
    recent_start_at: time(started),
  });
}

/** `query_app_envs` (`pegasus_server_impl.cpp`): sorted by key. */
function storageOptions({ envs, disk, server }: Replica): string {
  const levels = envs['rocksdb.num_levels'] ?? server.setting('pegasus.server.rocksdb_num_levels');
  const buffer =
    envs['rocksdb.write_buffer_size'] ?? server.setting('pegasus.server.rocksdb_write_buffer_size');
  const scenario = disk.usage_scenario ?? 'normal';
  return `rocksdb.num_levels=${levels},rocksdb.usage_scenario=${scenario},rocksdb.write_buffer_size=${buffer}`;
}

/** `on_kill_replica`: what is killed is closed as if its disk had failed. */
function* killPartition({ cluster, node }: Server, words: readonly string[]): Steps<string> {
  if (words.length > 2) return 'ERR_INVALID_PARAMETERS';
  const [appId = ALL, pidx = ALL] = words.map(atoi);
  const server = cluster.replicaServer(node);
  if (server === undefined) return 'ERR_OK';
  const replicas = yield* keepingSome(settling(server, server.tablesOnDisk()));
  const isOne = appId !== ALL && pidx !== ALL;
  const isMeant = (replica: Replica): boolean =>
    (appId === ALL || replica.appId === appId) && (!isOne || replica.pidx === pidx);
  const killed = replicas.filter(isMeant);
  if (isOne && killed.length === 0) return 'ERR_OBJECT_NOT_FOUND';
  for (const replica of killed) {
    failLocally(replica, 'ERR_LOCAL_APP_FAILURE');
    yield;
  }
  return 'ERR_OK';
}

const ALL = -1;

/** The number that a word begins with, else 0 (`atoi`). */
function atoi(word: string): number {
  return Number(/^\s*[+-]?\d+/.exec(word)?.[0] ?? 0);
}

/** `encode_progress` (`replica.h`): four blanks a level. */
function progress({ ram, disk, plog }: Replica): string {
  const duplications = Object.entries(ram.duplicators).map(([id, duplicator]) => ({
    dupid: Number(id),
    remote_cluster_name: duplicator.remote,
    remote_app_name: duplicator.remote_app_name,
    replica_confirmed_decree: duplicator.last_decree,
    meta_persisted_decree: duplicator.confirmed_decree,
  }));
  return JSON.stringify(
    {
      max_prepared_decree: ram.last_prepared_decree,
      max_plog_decree: disk.max_plog_decree,
      max_plog_decree_on_disk: disk.max_plog_decree,
      max_plog_commit_on_disk: Math.max(0, Math.min(disk.max_plog_decree - 1, ram.last_committed_decree)),
      last_committed_decree: ram.last_committed_decree,
      last_applied_decree: ram.last_committed_decree,
      last_flushed_decree: disk.last_flushed_decree,
      last_durable_decree: disk.last_durable_decree,
      max_gc_decree: plog.maxGcedDecree,
      ...(duplications.length > 0 ? { duplications } : {}),
    },
    undefined,
    4,
  );
}
