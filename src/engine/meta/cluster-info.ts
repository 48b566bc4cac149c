import type {
  ConfigurationClusterInfoResponse,
  ConfigurationListNodesRequest,
  ConfigurationListNodesResponse,
} from '../../rpc/idl/cluster.ts';
import { rpcAddressOf } from '../address.ts';
import type { Worker } from '../documents/meta.ts';
import { operationCounts } from './balance/balancer.ts';
import type { MetaServer } from './meta-server.ts';

/** `list_nodes`: the live ones first, each group by host and port. */
export function listNodes(
  meta: MetaServer,
  request: ConfigurationListNodesRequest,
): ConfigurationListNodesResponse {
  const of = (state: 'alive' | 'dead', status: 'NS_ALIVE' | 'NS_UNALIVE') =>
    request.status === 'NS_INVALID' || request.status === status
      ? meta.liveness.nodes(state).map((node) => ({ status, node: rpcAddressOf(node), hp_node: node }))
      : [];
  return { err: 'ERR_OK', infos: [...of('alive', 'NS_ALIVE'), ...of('dead', 'NS_UNALIVE')] };
}

/** `cluster_info` (`meta_service.cpp on_query_cluster_info`). */
export function clusterInfo(meta: MetaServer): ConfigurationClusterInfoResponse {
  const { cluster } = meta;
  const workers = Object.values(meta.process.workers).filter((worker) => worker.partitions > 0);
  const rows: readonly (readonly [string, string])[] = [
    ['meta_servers', cluster.record.metas.join(',')],
    ['primary_meta_server', meta.node],
    ['zookeeper_hosts', '127.0.0.1:22181'],
    ['zookeeper_root', `/pegasus/${cluster.name}/localhost`],
    ['meta_function_level', meta.level.replace('fl_', '')],
    ['balance_operation_count', JSON.stringify(operationCounts(meta), null, 2)],
    ['primary_replica_count_stddev', deviation(workers, (worker) => worker.primaries)],
    ['total_replica_count_stddev', deviation(workers, (worker) => worker.partitions)],
    ['cluster_name', cluster.name],
  ];
  return { err: 'ERR_OK', keys: rows.map(([key]) => key), values: rows.map(([, value]) => value) };
}

/** Over live servers that hold something; a sample's deviation where a dead one still does (`utils::mean_stddev`). */
function deviation(workers: readonly Worker[], count: (worker: Worker) => number): string {
  const counts = workers.filter((worker) => worker.state === 'alive').map(count);
  if (counts.length < 2) return '0.00';
  const mean = counts.reduce((sum, value) => sum + value, 0) / counts.length;
  const squares = counts.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const isSample = workers.some((worker) => worker.state === 'dead' && count(worker) > 0);
  return Math.sqrt(squares / (isSample ? counts.length - 1 : counts.length)).toFixed(2);
}
