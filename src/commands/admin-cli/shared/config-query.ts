import type { PartitionConfiguration, QueryCfgResponse } from '../../../rpc/idl/layer2.ts';
import type { Context } from '../../command.ts';
import { goError, orTimeout, refused } from './meta-call.ts';

/** `client/meta.go` `QueryConfig`. @throws Refusal */
export async function queryConfig({ meta }: Context, table: string, before = ''): Promise<QueryCfgResponse> {
  const reply = await orTimeout(meta.queryConfig({ app_name: table, partition_indices: [] }), before);
  if (reply.err === 'ERR_OK') return reply;
  const missing = reply.err === 'ERR_OBJECT_NOT_FOUND';
  const text = missing ? `table(${table}) doesn't exist` : `query config failed: ${goError(reply.err)}`;
  throw refused(reply.err, before + text);
}

/** Who holds a partition, by ip:port: what admin-cli reads. '' = no primary. */
export function replicasOf(partition: PartitionConfiguration): number {
  return partition.secondaries.length + (partition.primary === '' ? 0 : 1);
}

export interface Health {
  readonly unhealthy: number;
  readonly writeUnhealthy: number;
  readonly readUnhealthy: number;
}

/** `client/replica_health.go`. */
export function healthOf(config: QueryCfgResponse): Health {
  const states = config.partitions.map((partition) => {
    const readable = partition.primary !== '';
    const full = readable && replicasOf(partition) >= partition.max_replica_count;
    return { readable, full, writable: full || (readable && replicasOf(partition) >= 2) };
  });
  return {
    unhealthy: config.partition_count - states.filter(({ full }) => full).length,
    writeUnhealthy: states.filter(({ writable }) => !writable).length,
    readUnhealthy: states.filter(({ readable }) => !readable).length,
  };
}
