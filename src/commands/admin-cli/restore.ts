import { UsageError } from '../../errors.ts';
import { sanitize } from '../../output/sanitize.ts';
import type { ConfigurationRestoreRequest } from '../../rpc/idl/backup.ts';
import type { ConfigurationCreateAppResponse } from '../../rpc/idl/tables.ts';
import type { Context } from '../command.ts';
import { boolFlag, numberFlag, textFlag } from '../grammar/grumble.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { goError, orTimeout, refused } from './shared/meta-call.ts';
import { unshown, waitUntilReady } from './shared/wait-ready.ts';

const NEEDED = ['oldClusterName', 'oldTableName', 'oldTableID', 'timestamp', 'providerType'];

const TIMEOUT_MS = 20_000;

export default grumbleCommand<ConfigurationRestoreRequest, ConfigurationCreateAppResponse>({
  name: 'restore',
  help: 'restore a table',
  usage: `restore 
		<-c|--oldClusterName OLD_CLUSTER_NAME> 
		<-a|--oldTableName OLD_TABLE_NAME> 
		<-i|--oldTableID OLD_TABLE_ID>
		<-t|--timestamp TIMESTAMP/BACKUP_ID>
		<-b|--providerType PROVIDER_TYPE>
		[-n|--newTableName NEW_TABLE_NAME]
		[-r|--restorePath SPECIFIC_RESTORE_PATH]
		[-s|--skipBadPartition SKIP_BAD_PARTITION]
		[-p|--policyName POLICY_NAME]`,
  flags: [
    textFlag('c', 'oldClusterName', 'old_cluster_name, for example, onebox'),
    textFlag('a', 'oldTableName', 'old_app_name, for example, temp'),
    numberFlag('int', 'i', 'oldTableID', 'old_app_id, for example, 1', 0),
    numberFlag('int64', 't', 'timestamp', 'timestamp or backup_id', 0),
    textFlag('b', 'providerType', 'backup_provider_type, for example, hdfs_zjy'),
    textFlag('n', 'newTableName', 'new_app_name'),
    textFlag('r', 'restorePath', 'restore_path'),
    boolFlag('s', 'skipBadPartition', 'whether to skip bad partition when create new table'),
    textFlag('p', 'policyName', 'old_policy_name, only worked for restoring app created before Pegasus2.2.0'),
  ],
  examples: ['restore -c onebox -a temp -i 2 -t 1700000000123 -b local_service -n temp2'],
  parse({ flags }) {
    const missing = NEEDED.find((name) => ['', 0].includes(flags.get(name) as string | number));
    if (missing !== undefined) throw new UsageError(`${missing} cannot be empty`);
    const text = (name: string): string => String(flags.get(name));
    const path = text('restorePath');
    return {
      cluster_name: text('oldClusterName'),
      policy_name: text('policyName'),
      time_stamp: Number(flags.get('timestamp')),
      app_name: text('oldTableName'),
      app_id: Number(flags.get('oldTableID')),
      new_app_name: text('newTableName') || text('oldTableName'),
      backup_provider_name: text('providerType'),
      skip_bad_partition: flags.get('skipBadPartition') === true,
      ...(path === '' ? {} : { restore_path: path }),
    };
  },
  async run(ctx, request) {
    const reply = await orTimeout(ctx.meta.startRestore(request, TIMEOUT_MS));
    if (reply.err !== 'ERR_OK') throw refused(reply.err, `RestoreApp failed: ${goError(reply.err)}`);
    await waitUntilHealthy(ctx, request.new_app_name, restoring(reply, request));
    return reply;
  },
  print: (reply, request, terminal) => ({ out: `${unshown(restoring(reply, request), terminal)}Done!\n` }),
});

function restoring({ appid }: ConfigurationCreateAppResponse, request: ConfigurationRestoreRequest): string {
  const table = sanitize(request.new_app_name);
  return `new AppID: ${appid}\nWait table "${table}" become healthy ...\nAvailable partitions:\n`;
}

/** As many replicas as the partition that has most of them is to have. */
async function waitUntilHealthy(ctx: Context, table: string, answered: string): Promise<void> {
  const config = await orTimeout(ctx.meta.queryConfig({ app_name: table, partition_indices: [] }));
  if (config.err !== 'ERR_OK') throw refused(config.err, `QueryConfig failed: ${goError(config.err)}`);
  const replicas = Math.max(0, ...config.partitions.map(({ max_replica_count }) => max_replica_count));
  await waitUntilReady(ctx, table, config.partition_count, replicas, answered);
}
