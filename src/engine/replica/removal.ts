import type { PartitionRecord } from '../documents/meta.ts';
import { updateConfiguration } from '../meta/config-update.ts';
import { isMember } from '../meta/configuration.ts';
import { sendOneWay } from '../network.ts';
import type { ReplicaServer } from './replica-server.ts';

/** A server that cannot be what it is said to be asks to be no member (`replica_stub.cpp remove_replica_on_meta_server`). */
export function askForRemoval(
  server: ReplicaServer,
  appId: number,
  pidx: number,
  partition: PartitionRecord,
): void {
  const { node, cluster } = server;
  const { meta } = cluster;
  if (meta === undefined || !isMember(partition, node) || server.setting('replication.fd_disabled')) return;
  const change = {
    type: 'CT_DOWNGRADE_TO_INACTIVE',
    node,
    primary: partition.primary === node ? '' : partition.primary,
    secondaries: partition.secondaries.filter((secondary) => secondary !== node),
  } as const;
  sendOneWay(server, meta, () => updateConfiguration(meta, appId, pidx, partition.ballot + 1, change));
}
