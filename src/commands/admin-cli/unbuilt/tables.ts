import { boolFlag, numberFlag, textFlag } from '../../grammar/grumble.ts';
import type { Declared } from './declared.ts';

const NEEDED_TO_RESTORE = ['oldClusterName', 'oldTableName', 'oldTableID', 'timestamp', 'providerType'];

/** About tables. */
export const TABLE_COMMANDS: readonly Declared[] = [
  {
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
      textFlag(
        'p',
        'policyName',
        'old_policy_name, only worked for restoring app created before Pegasus2.2.0',
      ),
    ],
    wrong(flags) {
      const missing = NEEDED_TO_RESTORE.find((name) => ['', 0].includes(flags.get(name) as string | number));
      return missing && `${missing} cannot be empty`;
    },
  },
  {
    name: 'table-migrator',
    help: 'migrate table from current cluster to another via table duplication and metaproxy',
    flags: [
      textFlag('t', 'table', 'table name'),
      textFlag(
        'n',
        'node',
        'zk node, addrs:port, default equal with peagsus cluster zk addrs, you can use `cluster-info` to show it',
      ),
      textFlag(
        'r',
        'root',
        "zk root path. the tool will update table addrs in the path of meatproxy, if you don't specify it, that is means user need manual-switch the table addrs",
      ),
      textFlag('c', 'cluster', 'target cluster name'),
      textFlag('m', 'meta', 'target meta list'),
      numberFlag(
        'float',
        'p',
        'threshold',
        'pending mutation threshold when server will reject all write request',
        100000,
      ),
    ],
  },
];
