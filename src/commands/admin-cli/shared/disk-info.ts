import type { DiskInfo } from '../../../rpc/idl/replica-admin.ts';
import type { Context } from '../../command.ts';
import { textFlag } from '../../grammar/grumble.ts';
import { refused } from './meta-call.ts';
import { perfCounters } from './perf-counters.ts';
import { answeredBy, type Server, serverNamed, TIMEOUT_MS } from './servers.ts';

export const NODE_FLAG = textFlag('n', 'node', 'node address(ip:port), for example, 127.0.0.1:34801');
export const TABLE_FLAG = textFlag('t', 'table', 'table name, for example, temp');

/** The disks of a replica server (`executor/disk_info.go`). @throws Refusal, UsageError */
export async function diskInfos(ctx: Context, node: string, table: string): Promise<readonly DiskInfo[]> {
  const server = await serverNamed(ctx, 'replica', node);
  const request = { node1: server.address, app_name: table };
  const asked = ctx.servers.queryDiskInfo(server.node, request, TIMEOUT_MS);
  return (await answeredBy(server, 'QueryDiskInfo', asked)).disk_infos;
}

/** How full a disk is. */
export interface DiskUse {
  readonly disk: string;
  /** MB, as the two below. */
  readonly capacity: number;
  readonly usage: number;
  /** Percent. */
  readonly ratio: number;
}

export function diskUseOf({ tag, disk_capacity_mb, disk_available_mb }: DiskInfo): DiskUse {
  const capacity = Number(disk_capacity_mb);
  const usage = capacity - Number(disk_available_mb);
  return { disk: tag, capacity, usage, ratio: percentOf(usage, capacity) };
}

/** The disks of a server from the emptiest to the fullest. @throws Refusal where there are no two (`QueryDiskCapacityInfo`) */
export function byUsage(node: string, disks: readonly DiskUse[]): DiskUse[] {
  if (disks.length === 0) throw refused('ERR_INVALID_STATE', `the node(${node}) has no ssd`);
  if (disks.length === 1)
    throw refused('ERR_INVALID_STATE', `the node(${node}) only has one disk, can't balance`);
  return [...disks].sort((a, b) => a.usage - b.usage);
}

/** Whole percent; the originals die of a capacity of 0. */
export function percentOf(usage: number, capacity: number): number {
  return capacity === 0 ? 0 : Math.trunc((usage * 100) / capacity);
}

/** How many replicas, or which. */
export function gpidsOf(byTable: DiskInfo['holding_primary_replicas']): string[] {
  return [...byTable.values()].flatMap((gpids) =>
    [...gpids].map(({ app_id, partition_index }) => `${app_id}.${partition_index}`),
  );
}

export interface DiskReplica {
  readonly replica: string;
  readonly status: 'primary' | 'secondary';
  /** MB; 0 where the server does not tell. */
  readonly size: number;
}

/** The replicas of a table on a disk, or of all tables, as the server was asked for them. @throws RpcError */
export async function replicasOn(ctx: Context, server: Server, disk: DiskInfo): Promise<DiskReplica[]> {
  const counters = await perfCounters(ctx, server, 'disk.storage.sst(MB)');
  const sizes = new Map(counters.map(({ name, value }) => [name.split('@')[1], Math.trunc(value)]));
  const of = (gpids: readonly string[], status: DiskReplica['status']) =>
    gpids.map((replica): DiskReplica => ({ replica, status, size: sizes.get(replica) ?? 0 }));
  return [
    ...of(gpidsOf(disk.holding_primary_replicas), 'primary'),
    ...of(gpidsOf(disk.holding_secondary_replicas), 'secondary'),
  ];
}
