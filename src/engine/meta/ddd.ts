import type { DddDiagnoseRequest, DddDiagnoseResponse, DddNodeInfo } from '../../rpc/idl/configuration.ts';
import { rpcAddressOf } from '../address.ts';
import { MS } from '../clock.ts';
import type { Dropped } from '../documents/meta.ts';
import type { MetaServer } from './meta-server.ts';
import { configurationOf } from './tables.ts';

/**
 * `ddd_diagnose`: the partitions that lost all their members, and that the last check could give no primary
 * (`partition_guardian.cpp get_ddd_partitions`; cluster-engine.md 2.14). -1 in the request stands for all.
 */
export function diagnoseDdd(meta: MetaServer, { pid }: DddDiagnoseRequest): DddDiagnoseResponse {
  if (pid.app_id !== -1 && meta.tree.app(pid.app_id) === undefined) {
    return { err: 'ERR_APP_NOT_EXIST', partitions: [] };
  }
  const { ddd } = meta.process;
  const wanted = Object.keys(ddd)
    .map((gpid) => gpid.split('.').map(Number) as [number, number])
    .filter(([appId]) => pid.app_id === -1 || pid.app_id === appId)
    .filter(([, pidx]) => pid.partition_index === -1 || pid.partition_index === pidx)
    .sort(([appA, pidxA], [appB, pidxB]) => appA - appB || pidxA - pidxB);
  const partitions = wanted.map(([appId, pidx]) => {
    const gpid = `${appId}.${pidx}`;
    return {
      config: configurationOf(appId, pidx, meta.tree.partition(appId, pidx)),
      dropped: meta.partitionContext(gpid).dropped.map((drop) => nodeInfo(meta, drop)),
      reason: ddd[gpid] ?? '',
    };
  });
  return { err: 'ERR_OK', partitions };
}

function nodeInfo(meta: MetaServer, drop: Dropped): DddNodeInfo {
  const is_alive = meta.liveness.isAlive(drop.node);
  const is_collected = is_alive && meta.process.workers[drop.node]?.reported === true;
  return {
    node: rpcAddressOf(drop.node),
    hp_node: drop.node,
    drop_time_ms: Math.floor(drop.time_us / MS),
    is_alive,
    is_collected,
    ballot: is_collected ? drop.ballot : -1,
    last_committed_decree: is_collected ? drop.committed : -1,
    last_prepared_decree: is_collected ? drop.prepared : -1,
  };
}
