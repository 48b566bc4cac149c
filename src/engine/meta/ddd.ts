import type {
  DddDiagnoseRequest,
  DddDiagnoseResponse,
  DddNodeInfo,
  DddPartitionInfo,
} from '../../rpc/idl/configuration.ts';
import { rpcAddressOf } from '../address.ts';
import { MS } from '../clock.ts';
import type { AppRecord, Ddd, PartitionRecord } from '../documents/meta.ts';
import { LongReply } from '../request.ts';
import type { Steps } from '../steps.ts';
import type { MetaServer } from './meta-server.ts';
import { configurationOf } from './tables.ts';

/** Keeps a partition that can be given no primary as it is found now, until the next check comes to it. */
export function recordDdd(meta: MetaServer, gpid: string, partition: PartitionRecord, reason: string): void {
  const dropped = meta.memories.partitionContext(gpid).dropped.map((drop) => {
    const is_alive = meta.liveness.isAlive(drop.node);
    return {
      ...drop,
      is_alive,
      is_collected: is_alive && meta.process.workers[drop.node]?.reported === true,
    };
  });
  const found: Ddd = { partition, dropped, reason };
  meta.memories.saveDdd(gpid, found);
}

/**
 * `ddd_diagnose`: the partitions that lost all their members, and that the last check could give no primary
 * (`partition_guardian.cpp get_ddd_partitions`). -1 in the request stands for all.
 */
export function diagnoseDdd(
  meta: MetaServer,
  { pid }: DddDiagnoseRequest,
): DddDiagnoseResponse | LongReply<DddDiagnoseResponse> {
  if (pid.app_id === -1) return new LongReply(telling(meta, meta.tree.apps(), -1));
  const app = meta.tree.app(pid.app_id);
  if (app === undefined) return { err: 'ERR_APP_NOT_EXIST', partitions: [] };
  return new LongReply(telling(meta, [app], pid.partition_index));
}

function* telling(meta: MetaServer, apps: readonly AppRecord[], wanted: number): Steps<DddDiagnoseResponse> {
  const partitions: DddPartitionInfo[] = [];
  for (const { app_id, partition_count } of apps) {
    for (let pidx = 0; pidx < partition_count; pidx++) {
      yield;
      const found = wanted === -1 || wanted === pidx ? meta.memories.ddd(`${app_id}.${pidx}`) : undefined;
      if (found === undefined) continue;
      const { partition, dropped, reason } = found;
      partitions.push({
        config: configurationOf(app_id, pidx, partition),
        dropped: dropped.map(nodeInfo),
        reason,
      });
    }
  }
  return { err: 'ERR_OK', partitions };
}

function nodeInfo({ node, time_us, is_alive, is_collected, ...state }: Ddd['dropped'][number]): DddNodeInfo {
  return {
    node: rpcAddressOf(node),
    hp_node: node,
    drop_time_ms: Math.floor(time_us / MS),
    is_alive,
    is_collected,
    ballot: is_collected ? state.ballot : -1,
    last_committed_decree: is_collected ? state.committed : -1,
    last_prepared_decree: is_collected ? state.prepared : -1,
  };
}
