import type { DiskInfo } from '../../rpc/idl/replica-admin.ts';
import type { Context } from '../command.ts';
import { textFlag } from '../grammar/grumble.ts';
import { answeredBy, serverNamed, TIMEOUT_MS } from './servers.ts';

export const NODE_FLAG = textFlag('n', 'node', 'node address(ip:port), for example, 127.0.0.1:34801');
export const TABLE_FLAG = textFlag('t', 'table', 'table name, for example, temp');

/** The disks of a replica server (`executor/disk_info.go`). @throws Refusal, UsageError */
export async function diskInfos(ctx: Context, node: string, table: string): Promise<readonly DiskInfo[]> {
  const server = await serverNamed(ctx, 'replica', node);
  const request = { node1: server.address, app_name: table };
  const asked = ctx.servers.queryDiskInfo(server.node, request, TIMEOUT_MS);
  return (await answeredBy(server, 'QueryDiskInfo', asked)).disk_infos;
}

/** How many replicas, or which. */
export function gpidsOf(byTable: DiskInfo['holding_primary_replicas']): string[] {
  return [...byTable.values()].flatMap((gpids) =>
    [...gpids].map(({ app_id, partition_index }) => `${app_id}.${partition_index}`),
  );
}
