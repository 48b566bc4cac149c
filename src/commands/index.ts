import { UPSTREAM_NAMES } from './admin-cli/upstream-names.ts';
import type { AnyCommand, CommandEntry, Dialect } from './command.ts';
import { UPSTREAM_ORDER } from './cpp-shell/upstream-order.ts';

type Load = CommandEntry['load'];
type Row = readonly [names: string | readonly [name: string, ...aliases: string[]], load: Load];

const PEGSH: readonly Row[] = [
  ['clock', () => import('./pegsh/clock/show.ts')],
  ['clock advance', () => import('./pegsh/clock/advance.ts')],
  ['clock set', () => import('./pegsh/clock/set.ts')],
  ['cluster add', () => import('./pegsh/cluster/add.ts')],
  ['cluster config', () => import('./pegsh/cluster/config.ts')],
  ['cluster create', () => import('./pegsh/cluster/create.ts')],
  ['cluster list', () => import('./pegsh/cluster/list.ts')],
  ['cluster remove', () => import('./pegsh/cluster/remove.ts')],
  ['cluster show', () => import('./pegsh/cluster/show.ts')],
  ['cluster use', () => import('./pegsh/cluster/use.ts')],
  ['completion', () => import('./pegsh/completion.ts')],
  ['create table', () => import('./pegsh/create-table.ts')],
  [['dup diagnose', 'duplication diagnose'], () => import('./pegsh/dup/diagnose.ts')],
  [['dup preflight', 'duplication preflight'], () => import('./pegsh/dup/preflight.ts')],
  [['dup verify', 'duplication verify'], () => import('./pegsh/dup/verify.ts')],
  [['dup watch', 'duplication watch'], () => import('./pegsh/dup/watch.ts')],
  ['expect', () => import('./pegsh/expect.ts')],
  ['fault add', () => import('./pegsh/fault/add.ts')],
  ['fault clear', () => import('./pegsh/fault/clear.ts')],
  ['fault list', () => import('./pegsh/fault/list.ts')],
  ['fsck', () => import('./pegsh/fsck.ts')],
  ['help', () => import('./pegsh/help.ts')],
  ['incident list', () => import('./pegsh/incident/list.ts')],
  ['incident run', () => import('./pegsh/incident/run.ts')],
  ['incident show', () => import('./pegsh/incident/show.ts')],
  ['init', () => import('./pegsh/init.ts')],
  ['load', () => import('./pegsh/load.ts')],
  ['node kill', () => import('./pegsh/node/kill.ts')],
  ['node list', () => import('./pegsh/node/list.ts')],
  ['node restart', () => import('./pegsh/node/restart.ts')],
  ['node show', () => import('./pegsh/node/show.ts')],
  ['node start', () => import('./pegsh/node/start.ts')],
  ['node stop', () => import('./pegsh/node/stop.ts')],
  ['node wipe', () => import('./pegsh/node/wipe.ts')],
  ['reset', () => import('./pegsh/reset.ts')],
  ['restart replica', () => import('./pegsh/restart-replica.ts')],
  ['run', () => import('./pegsh/run.ts')],
  ['snapshot diff', () => import('./pegsh/snapshot/diff.ts')],
  ['snapshot list', () => import('./pegsh/snapshot/list.ts')],
  ['snapshot remove', () => import('./pegsh/snapshot/remove.ts')],
  ['snapshot restore', () => import('./pegsh/snapshot/restore.ts')],
  ['snapshot save', () => import('./pegsh/snapshot/save.ts')],
  ['serve', () => import('./pegsh/serve.ts')],
  ['sim', () => import('./pegsh/sim.ts')],
  ['test', () => import('./pegsh/test.ts')],
  ['version', () => import('./pegsh/version.ts')],
  ['wait', () => import('./pegsh/wait.ts')],
];

const CPP_SHELL: readonly Row[] = [
  ['add_dup', () => import('./cpp-shell/duplication/add_dup.ts')],
  ['app', () => import('./cpp-shell/table_management/app.ts')],
  ['balance', () => import('./cpp-shell/rebalance/balance.ts')],
  ['cc', () => import('./cpp-shell/global_properties/cc.ts')],
  ['check_and_mutate', () => import('./cpp-shell/data_operations/check_and_mutate.ts')],
  ['check_and_set', () => import('./cpp-shell/data_operations/check_and_set.ts')],
  ['clear_app_envs', () => import('./cpp-shell/table_management/clear_app_envs.ts')],
  ['clear_data', () => import('./cpp-shell/data_operations/clear_data.ts')],
  ['cluster_info', () => import('./cpp-shell/node_management/cluster_info.ts')],
  ['copy_data', () => import('./cpp-shell/data_operations/copy_data.ts')],
  ['count', () => import('./cpp-shell/data_operations/count.ts')],
  ['count_data', () => import('./cpp-shell/data_operations/count_data.ts')],
  ['create', () => import('./cpp-shell/table_management/create.ts')],
  ['ddd_diagnose', () => import('./cpp-shell/recovery/ddd_diagnose.ts')],
  ['del', () => import('./cpp-shell/data_operations/del.ts')],
  ['del_app_envs', () => import('./cpp-shell/table_management/del_app_envs.ts')],
  ['disable_atomic_idempotent', () => import('./cpp-shell/table_management/disable_atomic_idempotent.ts')],
  ['drop', () => import('./cpp-shell/table_management/drop.ts')],
  ['dups', () => import('./cpp-shell/duplication/dups.ts')],
  ['enable_atomic_idempotent', () => import('./cpp-shell/table_management/enable_atomic_idempotent.ts')],
  ['escape_all', () => import('./cpp-shell/global_properties/escape_all.ts')],
  ['exist', () => import('./cpp-shell/data_operations/exist.ts')],
  ['exit', () => import('./cpp-shell/misc/exit.ts')],
  ['flush_log', () => import('./cpp-shell/node_management/flush_log.ts')],
  ['full_scan', () => import('./cpp-shell/data_operations/full_scan.ts')],
  ['get', () => import('./cpp-shell/data_operations/get.ts')],
  ['get_app_envs', () => import('./cpp-shell/table_management/get_app_envs.ts')],
  ['get_atomic_idempotent', () => import('./cpp-shell/table_management/get_atomic_idempotent.ts')],
  ['get_meta_level', () => import('./cpp-shell/rebalance/get_meta_level.ts')],
  ['get_replica_count', () => import('./cpp-shell/table_management/get_replica_count.ts')],
  ['hash', () => import('./cpp-shell/data_operations/hash.ts')],
  ['hash_scan', () => import('./cpp-shell/data_operations/hash_scan.ts')],
  ['help', () => import('./cpp-shell/misc/help.ts')],
  ['incr', () => import('./cpp-shell/data_operations/incr.ts')],
  ['ls', () => import('./cpp-shell/table_management/ls.ts')],
  ['multi_del', () => import('./cpp-shell/data_operations/multi_del.ts')],
  ['multi_del_range', () => import('./cpp-shell/data_operations/multi_del_range.ts')],
  ['multi_get', () => import('./cpp-shell/data_operations/multi_get.ts')],
  ['multi_get_range', () => import('./cpp-shell/data_operations/multi_get_range.ts')],
  ['multi_get_sortkeys', () => import('./cpp-shell/data_operations/multi_get_sortkeys.ts')],
  ['multi_set', () => import('./cpp-shell/data_operations/multi_set.ts')],
  ['nodes', () => import('./cpp-shell/node_management/nodes.ts')],
  ['pause_dup', () => import('./cpp-shell/duplication/pause_dup.ts')],
  ['propose', () => import('./cpp-shell/rebalance/propose.ts')],
  ['query_dup', () => import('./cpp-shell/duplication/query_dup.ts')],
  ['rdb_key_hex2str', () => import('./cpp-shell/debugger/rdb_key_hex2str.ts')],
  ['rdb_key_str2hex', () => import('./cpp-shell/debugger/rdb_key_str2hex.ts')],
  ['rdb_value_hex2str', () => import('./cpp-shell/debugger/rdb_value_hex2str.ts')],
  ['recall', () => import('./cpp-shell/table_management/recall.ts')],
  ['recover', () => import('./cpp-shell/recovery/recover.ts')],
  ['remote_command', () => import('./cpp-shell/node_management/remote_command.ts')],
  ['remove_dup', () => import('./cpp-shell/duplication/remove_dup.ts')],
  ['rename', () => import('./cpp-shell/table_management/rename.ts')],
  ['server_info', () => import('./cpp-shell/node_management/server_info.ts')],
  ['set', () => import('./cpp-shell/data_operations/set.ts')],
  ['set_app_envs', () => import('./cpp-shell/table_management/set_app_envs.ts')],
  ['set_dup_fail_mode', () => import('./cpp-shell/duplication/set_dup_fail_mode.ts')],
  ['set_meta_level', () => import('./cpp-shell/rebalance/set_meta_level.ts')],
  ['set_replica_count', () => import('./cpp-shell/table_management/set_replica_count.ts')],
  ['start_dup', () => import('./cpp-shell/duplication/start_dup.ts')],
  ['timeout', () => import('./cpp-shell/global_properties/timeout.ts')],
  ['ttl', () => import('./cpp-shell/data_operations/ttl.ts')],
  ['use', () => import('./cpp-shell/global_properties/use.ts')],
  ['version', () => import('./cpp-shell/misc/version.ts')],
];

const ADMIN_CLI: readonly Row[] = [
  ['add-compaction-operation', () => import('./admin-cli/add-compaction-operation.ts')],
  ['add-disk', () => import('./admin-cli/add-disk.ts')],
  ['clear', () => import('./admin-cli/clear.ts')],
  ['cluster-info', () => import('./admin-cli/cluster-info.ts')],
  ['create', () => import('./admin-cli/create.ts')],
  ['disk-capacity', () => import('./admin-cli/disk-capacity.ts')],
  ['disk-replica', () => import('./admin-cli/disk-replica.ts')],
  ['drop', () => import('./admin-cli/drop.ts')],
  [['duplication', 'dup'], () => import('./admin-cli/duplication/index.ts')],
  [['duplication add', 'dup add'], () => import('./admin-cli/duplication/add.ts')],
  [
    ['duplication list', 'duplication ls', 'dup list', 'dup ls'],
    () => import('./admin-cli/duplication/list.ts'),
  ],
  [['duplication pause', 'dup pause'], () => import('./admin-cli/duplication/pause.ts')],
  [
    ['duplication remove', 'dup remove', 'duplication rm', 'dup rm'],
    () => import('./admin-cli/duplication/remove.ts'),
  ],
  [['duplication start', 'dup start'], () => import('./admin-cli/duplication/start.ts')],
  ['help', () => import('./admin-cli/help.ts')],
  [['list-tables', 'ls'], () => import('./admin-cli/list-tables.ts')],
  ['manual-compaction', () => import('./admin-cli/manual-compaction/index.ts')],
  ['manual-compaction query', () => import('./admin-cli/manual-compaction/query.ts')],
  ['manual-compaction start', () => import('./admin-cli/manual-compaction/start.ts')],
  ['meta-level', () => import('./admin-cli/meta-level/index.ts')],
  ['meta-level set', () => import('./admin-cli/meta-level/set.ts')],
  ['nodes', () => import('./admin-cli/nodes.ts')],
  ['partition-split', () => import('./admin-cli/partition-split/index.ts')],
  ['partition-split cancel', () => import('./admin-cli/partition-split/cancel.ts')],
  ['partition-split pause', () => import('./admin-cli/partition-split/pause.ts')],
  ['partition-split query', () => import('./admin-cli/partition-split/query.ts')],
  ['partition-split restart', () => import('./admin-cli/partition-split/restart.ts')],
  ['partition-split start', () => import('./admin-cli/partition-split/start.ts')],
  ['recall', () => import('./admin-cli/recall.ts')],
  ['remote-command', () => import('./admin-cli/remote-command/index.ts')],
  ['remote-command meta', () => import('./admin-cli/remote-command/meta.ts')],
  ['remote-command replica', () => import('./admin-cli/remote-command/replica.ts')],
  ['server-info', () => import('./admin-cli/server-info.ts')],
  ['table-env', () => import('./admin-cli/table-env/index.ts')],
  ['table-env clear', () => import('./admin-cli/table-env/clear.ts')],
  [['table-env delete', 'table-env del'], () => import('./admin-cli/table-env/delete.ts')],
  [['table-env list', 'table-env ls'], () => import('./admin-cli/table-env/list.ts')],
  ['table-env set', () => import('./admin-cli/table-env/set.ts')],
  ['table-partitions', () => import('./admin-cli/table-partitions.ts')],
  ['use', () => import('./admin-cli/use.ts')],
];

/** Names that go on to be a table's where no further word follows: `create table` is `create` of `table`. */
const NEEDS_WORD = ['create table'];
const CHECKS = ['expect'];

/** Every command of every dialect. Dispatch, help, completion and the manifest read this and nothing else. */
export const COMMANDS: readonly CommandEntry[] = [
  ...entries('pegsh', PEGSH),
  ...entries('cpp-shell', CPP_SHELL),
  ...unbuilt('cpp-shell', CPP_SHELL, UPSTREAM_ORDER, async () => import('./cpp-shell/unbuilt.ts')),
  ...entries('admin-cli', ADMIN_CLI),
  ...unbuilt('admin-cli', ADMIN_CLI, UPSTREAM_NAMES, async () => import('./admin-cli/unbuilt/index.ts')),
];

function entries(dialect: Dialect, rows: readonly Row[], isBuilt = true): CommandEntry[] {
  return rows.map(([names, load]) => {
    const [name, ...aliases] = typeof names === 'string' ? [names] : names;
    return {
      dialect,
      name,
      aliases,
      needsWord: NEEDS_WORD.includes(name),
      isCheck: CHECKS.includes(name),
      isBuilt,
      load,
    };
  });
}

/** What the original has besides: each of these says that it is not here. */
function unbuilt(
  dialect: Dialect,
  built: readonly Row[],
  all: readonly string[],
  load: () => Promise<{ unbuilt(name: string): AnyCommand }>,
): CommandEntry[] {
  const has = new Set(built.map(([names]) => (typeof names === 'string' ? names : names[0])));
  const rows = all
    .filter((name) => !has.has(name))
    .map((name): Row => [name, async () => ({ default: (await load()).unbuilt(name) })]);
  return entries(dialect, rows, false);
}
