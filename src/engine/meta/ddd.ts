import type { DddDiagnoseRequest, DddDiagnoseResponse, DddNodeInfo } from '../../rpc/idl/configuration.ts';
import { rpcAddressOf } from '../address.ts';
import { MS } from '../clock.ts';
import type { Ddd, PartitionRecord } from '../documents/meta.ts';
import type { MetaServer } from './meta-server.ts';
import { configurationOf } from './tables.ts';

/** Keeps a partition that can be given no primary as it is found now, until the next check begins. */
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
  meta.saveProcess({ ...meta.process, ddd: { ...meta.process.ddd, [gpid]: found } });
}

/**
 * `ddd_diagnose`: the partitions that lost all their members, and that the last check could give no primary
 * (`partition_guardian.cpp get_ddd_partitions`). -1 in the request stands for all.
 */
export function diagnoseDdd(meta: MetaServer, { pid }: DddDiagnoseRequest): DddDiagnoseResponse {
  if (pid.app_id !== -1 && meta.tree.app(pid.app_id) === undefined) {
    return { err: 'ERR_APP_NOT_EXIST', partitions: [] };
  }
  const isWanted = (appId: number, pidx: number) =>
    pid.app_id === -1 ||
    (pid.app_id === appId && (pid.partition_index === -1 || pid.partition_index === pidx));
  const partitions = Object.entries(meta.process.ddd)
    .map(([gpid, found]) => ({ ids: gpid.split('.').map(Number) as [number, number], found }))
    .filter(({ ids }) => isWanted(...ids))
    .sort(({ ids: [appA, pidxA] }, { ids: [appB, pidxB] }) => appA - appB || pidxA - pidxB)
    .map(({ ids: [appId, pidx], found: { partition, dropped, reason } }) => ({
      config: configurationOf(appId, pidx, partition),
      dropped: dropped.map(nodeInfo),
      reason,
    }));
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
