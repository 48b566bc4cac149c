import type { Replica } from '../replica/replica.ts';
import type { RemoteCommand, Server } from './remote-command.ts';

/** Commands about replicas, all or those that ids name (cluster-engine.md 6.3, `replica_stub.cpp`). */
export const REPLICA_COMMANDS: readonly RemoteCommand[] = [
  {
    name: 'replica.query-progress',
    description:
      "Query the progress of decrees, including both local writes and duplications for replicas specified by comma-separated list of 'app_id' or 'app_id.partition_id', or all replicas for empty",
    usage: '[id1,id2,...]',
    role: 'replica',
    run: (server, words) => ofReplicas(server, words, progress),
  },
];

/** One answer a replica; those that are neither primary nor secondary have none. */
function ofReplicas(
  { cluster, node }: Server,
  [list = '']: readonly string[],
  answer: (replica: Replica) => string,
): string {
  const ids = list === '' ? [] : list.split(',');
  if (!ids.every((id) => /^\d+(\.\d+)?$/.test(id))) return 'invalid arguments';
  const isAsked = ({ gpid, appId }: Replica) =>
    ids.length === 0 || ids.includes(gpid) || ids.includes(String(appId));
  const replicas = (cluster.replicaServer(node)?.all() ?? [])
    .filter((replica) => isAsked(replica) && ROLES[replica.ram.status] !== undefined)
    .sort((a, b) => a.appId - b.appId || a.pidx - b.pidx);
  const absent = ids.filter((id) => id.includes('.') && !replicas.some(({ gpid }) => gpid === id));
  return [
    `${replicas.length} processed, ${absent.length} not found`,
    ...replicas.map(
      (replica) => `\n    ${replica.gpid}@${node}@${ROLES[replica.ram.status]} : ${answer(replica)}`,
    ),
    ...absent.map((id) => `\n    ${id}@${node} : not found`),
  ].join('');
}

const ROLES: Readonly<Record<string, string>> = { PS_PRIMARY: 'P', PS_SECONDARY: 'S' };

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
      max_plog_commit_on_disk: Math.max(0, disk.max_plog_decree - 1),
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
