/** Replies of a meta server as the recorded sessions had them, in short forms. */
import type { AppInfo, PartitionConfiguration, QueryCfgResponse } from '../../../src/rpc/idl/layer2.ts';

export function app(
  app_id: number,
  app_name: string,
  partition_count: number,
  more: Partial<AppInfo> = {},
): AppInfo {
  return {
    status: 'AS_AVAILABLE',
    app_type: 'pegasus',
    app_name,
    app_id,
    partition_count,
    envs: new Map(),
    is_stateful: true,
    max_replica_count: 3,
    expire_second: 0,
    create_second: Date.UTC(2026, 10, 23, 7, 40, 57) / 1000,
    drop_second: 0,
    init_partition_count: -1,
    atomic_idempotent: false,
    ...more,
  };
}

/** A partition by the last digits of its nodes' ports: `partition(2, 0, 1, [2, 3])`. */
export function partition(
  app_id: number,
  pidx: number,
  primary: number,
  secondaries: readonly number[],
): PartitionConfiguration {
  const name = (node: number) => (node === 0 ? '' : `localhost:3480${node}`);
  const address = (node: number) => name(node).replace('localhost', '127.0.0.1');
  return {
    pid: { app_id, partition_index: pidx },
    ballot: 3,
    max_replica_count: 3,
    primary: address(primary),
    secondaries: secondaries.map(address),
    last_drops: [],
    last_committed_decree: 0,
    partition_flags: 0,
    hp_primary: name(primary),
    hp_secondaries: secondaries.map(name),
    hp_last_drops: [],
  };
}

export function config(app_id: number, partitions: readonly PartitionConfiguration[]): QueryCfgResponse {
  return {
    err: 'ERR_OK',
    app_id,
    partition_count: partitions.length,
    is_stateful: true,
    partitions: [...partitions],
  };
}

/** A table whose partitions all have three replicas, the primaries going round. */
export function healthy(app_id: number, count: number): QueryCfgResponse {
  const partitions = Array.from({ length: count }, (_, pidx) => {
    const primary = (pidx % 3) + 1;
    return partition(
      app_id,
      pidx,
      primary,
      [1, 2, 3].filter((node) => node !== primary),
    );
  });
  return config(app_id, partitions);
}

export function nodes(...alive: readonly boolean[]) {
  const infos = alive.map((isAlive, at) => ({
    status: isAlive ? 'NS_ALIVE' : 'NS_UNALIVE',
    node: `127.0.0.1:3480${at + 1}`,
    hp_node: `localhost:3480${at + 1}`,
  }));
  return { err: 'ERR_OK', infos };
}
