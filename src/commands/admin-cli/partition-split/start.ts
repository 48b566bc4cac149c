import { sanitize } from '../../../output/sanitize.ts';
import type { DiskInfo } from '../../../rpc/idl/replica-admin.ts';
import type { Context } from '../../command.ts';
import { planToSplit } from '../../dry-run/table-change-plan.ts';
import { Refusal } from '../../mirrored.ts';
import { replicasOn } from '../shared/disk-info.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered, refused } from '../shared/meta-call.ts';
import { answeredBy, type Server, serversOf, TIMEOUT_MS } from '../shared/servers.ts';
import { TABLE_FLAG, tableOf } from '../shared/table-flag.ts';
import { countFlag, countOf } from './partition-count.ts';

interface Args {
  readonly table: string;
  readonly newCount: number;
}

/** Doubles the partitions of a table, where its disks have the room (`executor/partition_split.go`). */
export default grumbleCommand<Args, Args>({
  name: 'partition-split start',
  help: 'start partition split for a specific table',
  usage: 'start <-a|--tableName TABLE_NAME> <-p|--newPartitionCount NEW_PARTITION_COUNT>',
  flags: [
    TABLE_FLAG,
    countFlag('newPartitionCount', 'new_partition_count, should be double of current partition_count'),
  ],
  examples: ['partition-split start -a temp -p 16'],
  parse: (parsed) => ({ table: tableOf(parsed), newCount: countOf(parsed, 'newPartitionCount') }),
  async plan(ctx, { table, newCount }) {
    await checkDisks(ctx, table);
    return planToSplit(ctx, table, newCount);
  },
  async run(ctx, { table, newCount }) {
    await checkDisks(ctx, table);
    const request = { app_name: table, new_partition_count: newCount };
    await answered('StartPartitionSplit', ctx.meta.startPartitionSplit(request));
    return { table, newCount };
  },
  print: ({ table }) => ({ out: `Table ${sanitize(table)} start partition split succeed\n` }),
});

/** @throws Refusal */
async function checkDisks(ctx: Context, table: string): Promise<void> {
  const disks = [];
  for (const server of await serversOf(ctx, 'replica', ''))
    for (const disk of await disksOf(ctx, server, table)) disks.push({ server, disk });
  for (const { server, disk } of disks) {
    const size = (await replicasOn(ctx, server, disk)).reduce((sum, replica) => sum + replica.size, 0);
    const after = size * 3 + disk.disk_capacity_mb - disk.disk_available_mb;
    const threshold = Math.trunc((disk.disk_capacity_mb * 9) / 10);
    if (after <= threshold) continue;
    const where = `disk(${server.address}@${disk.tag})`;
    const why = `doesn't have enough space to execute partition split[after(${after}) vs capacity(${threshold})]`;
    throw refused('ERR_DISK_INSUFFICIENT', `${where} ${why}`);
  }
}

async function disksOf(ctx: Context, server: Server, table: string): Promise<readonly DiskInfo[]> {
  const request = { node1: server.address, app_name: table };
  try {
    const asked = ctx.servers.queryDiskInfo(server.node, request, TIMEOUT_MS);
    return (await answeredBy(server, 'QueryDiskInfo', asked)).disk_infos;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const hint = 'failed to query disk info when disk check before split';
    throw refused(error.code, `${error.message} [hint: ${hint}]`);
  }
}
