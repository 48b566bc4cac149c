/** Under --json every command answers in the shape that docs/json.md and docs/commands.md give. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';

const CLUSTER = 'name cluster_id metas replicas leader defects repairs enable_auth mandatory_auth is_current';
const SERVERS = '[name node role state since_us crashes]';
const FAULT = 'kind from to one_way ratio min_us max_us begins_us ends_us id is_active';
const SNAPSHOT = 'name now_us clusters files bytes';
const TABLE =
  'status app_type app_name app_id partition_count envs is_stateful max_replica_count expire_second create_second ' +
  'drop_second duplicating init_partition_count is_bulk_loading atomic_idempotent';
const READ = 'error app_id partition_index server';
const WRITE = 'error app_id partition_index decree server';
const ROW = 'hash_key sort_key value';
const CALLED = 'command details failed_count succeed_count';
const DUPLICATION =
  'dupid status remote create_ts fail_mode remote_app_name remote_replica_count partition_states';
const BULK_LOAD =
  'err app_name app_status partitions_status max_replica_count bulk_load_states hint_msg is_bulk_loading ' +
  'hp_bulk_load_states';
const CLUSTER_INFO =
  'meta_servers primary_meta_server zookeeper_hosts zookeeper_root meta_function_level balance_operation_count ' +
  'primary_replica_count_stddev total_replica_count_stddev cluster_name';

/** Lines of one session, each with the keys of its answer: `[…]` of the first of a list, `{…}` of each line of NDJSON. */
const SESSION: readonly (readonly [line: string, shape: string])[] = [
  ['version', 'version'],
  ['help ls', 'commands global_flags'],
  ['completion bash', 'script'],
  ['clock', 'mode now_us'],
  ['clock set manual', 'mode now_us'],
  ['clock advance 1m', 'mode now_us'],
  ['cluster list', `[${CLUSTER}]`],
  ['cluster show', `${CLUSTER} changed`],
  ['cluster create B --metas 1 --replicas 3', CLUSTER],
  ['cluster add far --meta 10.0.0.1:34601', 'name metas is_current'],
  ['cluster config B', 'rows'],
  ['cluster config B replication.fd_grace_seconds 23', 'rows effect'],
  ['cluster use onebox', 'name'],
  ['cluster remove far --yes', 'removed'],
  ['create table made -p 2', 'app_name app_id partition_count'],
  ['wait healthy', 'done text waited_ms'],
  ['load FOLDER/records --format tsv --table made', 'table records hash_keys requests'],
  ['node list', SERVERS],
  ['node show replica1', 'node crashes replicas'],
  ['node stop replica3', SERVERS],
  ['node wipe replica3', SERVERS],
  ['node start replica3', SERVERS],
  ['node restart replica3', SERVERS],
  ['node kill replica3', SERVERS],
  ['node start replica3', SERVERS],
  ['restart replica replica3', SERVERS],
  ['wait healthy', 'done text waited_ms'],
  ['fault add hang replica3 --for 1s', FAULT],
  ['fault list', `[${FAULT}]`],
  ['fault clear', `[${FAULT}]`],
  ['snapshot save before', SNAPSHOT],
  ['snapshot list', `[${SNAPSHOT}]`],
  ['snapshot diff before', 'from to differences'],
  ['snapshot remove before', 'removed'],
  ['snapshot save again', SNAPSHOT],
  ['snapshot restore again', SNAPSHOT],
  ['fsck', 'clean findings mended notices'],
  ['incident list', '[issue title reported fixed_by]'],
  ['incident show 2098', 'issue defect script'],
  ['incident run 2098', 'issue defect steps unexpected'],
  ['sim --runs 1 --operations 5', 'runs operations virtual_ms failures'],
  ['test FOLDER/block.md', '[file steps failed diff]'],

  ['--dialect cpp-shell create t -p 4', 'app_name app_id partition_count'],
  ['wait healthy', 'done text waited_ms'],
  ['--dialect cpp-shell use t', 'app_name'],
  ['use t', 'table'],
  ['set h s v', WRITE],
  ['get h s', `${READ} value`],
  ['exist h s', `${READ} ttl_seconds`],
  ['ttl h s', `${READ} ttl_seconds`],
  ['count h', `${READ} count`],
  ['incr h n 1', `${WRITE} new_value`],
  ['multi_set m a 1 b 2', WRITE],
  ['multi_get m a', `${READ} kvs`],
  ['multi_get_range m a c', `${READ} kvs`],
  ['multi_get_sortkeys m', `${READ} kvs`],
  ['multi_del m b', `${WRITE} count`],
  ['multi_del_range m a b', 'deleted sort_keys'],
  ['check_and_set h -c s -t exist -s s -v w', `${WRITE} check_value_returned check_value_exist check_value`],
  [
    'check_and_mutate h -c s -t exist\nset x y\nok',
    `${WRITE} check_value_returned check_value_exist check_value`,
  ],
  ['hash h s', 'key_hash app_name app_id partition_count partition_index primary secondaries'],
  ['hash_scan h a z', `{${ROW}}`],
  ['full_scan', `{${ROW}}`],
  ['count_data', 'partitions total errors'],
  ['count_data -c -a', 'partitions total sizes top errors'],
  ['copy_data -c onebox -a made -n', 'partitions total errors'],
  ['clear_data -f', 'partitions total errors'],
  ['del h s', WRITE],
  ['escape_all', 'escape_all'],
  ['timeout', 'timeout_ms'],
  ['get_app_envs', ''],
  ['set_app_envs rocksdb.usage_scenario normal', 'app_name'],
  ['del_app_envs rocksdb.usage_scenario', 'err hint_message'],
  ['clear_app_envs -a', 'err hint_message'],
  ['set_meta_level steady', 'old_level'],
  ['get_meta_level', 'level'],
  ['get_replica_count t', 'max_replica_count'],
  ['--yes set_replica_count t 3', 'confirmed old_max_replica_count hint_message'],
  ['enable_atomic_idempotent t', 'err old_atomic_idempotent hint_message'],
  ['get_atomic_idempotent t', 'atomic_idempotent'],
  ['disable_atomic_idempotent t', 'err old_atomic_idempotent hint_message'],
  ['add_dup t B -s', 'err appid dupid remote_app_name remote_replica_count'],
  ['wait --for=dup=DS_LOG --table t', 'done text waited_ms'],
  ['query_dup t', 'err appid entry_list'],
  ['dups', 'err hint_message app_states'],
  ['pause_dup t ID', 'err appid'],
  ['start_dup t ID', 'err appid'],
  ['set_dup_fail_mode t ID skip', 'err appid'],
  ['dup diagnose', 'now_ms duplications'],
  ['dup preflight B', 'source remote checks'],
  [
    'dup watch t --count 1',
    'time_ms table dupid remote remote_table status verdict reason decrees seconds bytes partitions',
  ],
  [
    'dup verify t',
    'table dupid status remote remote_table sample source_records follower_records missing different surplus ' +
      'partitions differences',
  ],
  ['remove_dup t ID', 'err appid'],
  ['--dialect cpp-shell ls', `[${TABLE}]`],
  ['--dialect cpp-shell ls -d', `[${TABLE} health]`],
  ['--dialect cpp-shell nodes', '[node address status]'],
  ['--dialect cpp-shell nodes -d', '[node address status replicas]'],
  ['--dialect cpp-shell nodes -u -q', '[node address status usage requests]'],
  ['app_stat', '[name app_id partition_count stats]'],
  ['app_stat -a t', '[name app_id partition_count stats]'],
  ['query_bulk_load_status -a t', BULK_LOAD],
  ['clear_bulk_load -a t', 'err hint_msg'],
  ['start_bulk_load -a t -c c -p local_service -r /r', 'error'],
  ['pause_bulk_load -a t', 'error'],
  ['restart_bulk_load -a t', 'error'],
  ['cancel_bulk_load -a t', 'error'],
  ['app_disk t', 'app_id partition_count max_replica_count partitions'],
  ['app t', 'err app_id partition_count is_stateful partitions'],
  ['cluster_info', CLUSTER_INFO],
  ['server_info', CALLED],
  ['remote_command -t meta-server help', CALLED],
  ['flush_log -t meta-server', CALLED],
  ['server_stat -t replica-server', CALLED],
  ['ddd_diagnose', '[]'],
  ['propose -g 2.0 -p ASSIGN_PRIMARY -t 127.0.0.1:34801 -n 127.0.0.1:34801', 'err'],
  ['balance -g 2.1 -p move_pri -f localhost:34801 -t localhost:34802', 'err'],
  ['rename t u', 'old_app_name new_app_name'],
  ['--dialect cpp-shell drop u', 'app_name reserve_seconds'],
  ['--dialect cpp-shell recall 2 t', 'app_id app_name partition_count'],
  ['rdb_key_str2hex a b', 'rdb_key'],
  ['rdb_key_hex2str 0x00016162', 'hash_key sort_key'],
  ['rdb_value_hex2str 0x000000006162', 'expire_ts_seconds user_data'],
  ['cc onebox', 'cluster_name meta_list'],
  ['--dialect cpp-shell help', 'usages'],
  ['--dialect cpp-shell version', 'version git_commit build_type'],

  ['create -p 2 a', 'app_name app_id partition_count'],
  ['wait healthy', 'done text waited_ms'],
  ['list-tables', `[${TABLE} health]`],
  ['nodes', '[node status primary secondary]'],
  ['cluster-info', CLUSTER_INFO],
  ['use a', 'table'],
  ['table-partitions', 'nodes partitions'],
  ['table-env set rocksdb.usage_scenario normal', 'op keys values'],
  ['table-env', 'help'],
  ['table-env list', 'envs'],
  ['table-env delete rocksdb.usage_scenario', 'op keys'],
  ['table-env clear', 'op clear_prefix'],
  ['add-compaction-operation -o delete --hashkey-pattern p --hashkey-match prefix', 'op keys values'],
  ['meta-level', 'meta_level'],
  ['meta-level set steady', 'old_level level'],
  ['manual-compaction', 'help'],
  ['manual-compaction start -a a', 'table'],
  ['clock advance 1m', 'mode now_us'],
  ['manual-compaction query -a a', 'table progress'],
  ['partition-split', 'help'],
  ['partition-split start -a a -p 4', 'table newCount'],
  ['partition-split query -a a', 'partitions splitting completed'],
  ['partition-split pause -a a', 'table parent'],
  ['partition-split restart -a a', 'table parent'],
  ['partition-split cancel -a a -p 2', 'table oldCount'],
  ['bulk-load', 'help'],
  ['bulk-load query -a a', BULK_LOAD],
  ['bulk-load clear -a a', 'table'],
  ['bulk-load start -a a -c c -p local_service -r /r', 'error'],
  ['bulk-load pause -a a', 'error'],
  ['bulk-load restart -a a', 'error'],
  ['bulk-load cancel -a a', 'error'],
  ['data-version', 'data_version'],
  ['partition-stat', '[pidx stats]'],
  ['node-stat', '[node stats]'],
  ['table-stat', '[app_id app_name partitions stats]'],
  ['server-info', '[server node version]'],
  ['server-config', 'help'],
  ['server-config meta list', 'answers'],
  ['server-config replica list', 'answers'],
  ['remote-command', 'help'],
  ['remote-command meta help', 'answers'],
  ['remote-command replica help', 'answers'],
  ['disk-capacity -n 127.0.0.1:34801', 'disks'],
  ['disk-replica -n 127.0.0.1:34801', '[disk primary secondary total]'],
  ['add-disk -n localhost:34801 -d x:/tmp/x', 'node disk'],
  ['duplication', 'help'],
  ['duplication add -c B', 'err appid dupid remote_app_name remote_replica_count'],
  ['duplication list', `[${DUPLICATION}]`],
  ['duplication pause -d ID', 'table dupid status'],
  ['duplication start -d ID', 'table dupid status'],
  ['duplication remove -d ID', 'table dupid status'],
  ['clock advance 1m', 'mode now_us'],
  ['drop a', 'table reserved'],
  ['recall 3', TABLE],
  ['clear', 'cleared'],
  ['cluster config onebox meta_server.recover_from_replica_server true', 'rows effect'],
  ['node stop meta1 meta2 meta3', SERVERS],
  ['node wipe meta1 meta2 meta3', SERVERS],
  ['node start meta1 meta2 meta3', SERVERS],
  ['recover -f FOLDER/servers', 'err hint_message'],
  ['reset --yes', 'directory'],
  ['init', 'directory'],
];

/** `serve` tells of itself (docs/serve.md), `run` gives the answers of its lines, `expect` and `exit` give none. */
const WITHOUT = ['serve', 'run', 'expect', 'exit'];

let folder: string;
let workspace: TestWorkspace;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-shapes-'));
  writeFileSync(join(folder, 'servers'), 'localhost:34801\n');
  writeFileSync(join(folder, 'records'), 'h\ts\tv\n');
  writeFileSync(join(folder, 'block.md'), '```console\n$ pegsh clock set manual\n```\n');
  workspace = await createWorkspace();
});

afterAll(async () => {
  await workspace.dispose();
  rmSync(folder, { recursive: true, force: true });
});

test('answers have the keys that are documented', async () => {
  let dupid = '';
  const seen: [string, string][] = [];
  for (const [line] of SESSION) {
    const { stdout } = await workspace.run(`--json ${line.replace('ID', dupid).replace('FOLDER', folder)}`);
    dupid = /"dupid": (\d+)/.exec(stdout)?.[1] ?? dupid;
    seen.push([line, shapeOf(stdout)]);
  }
  expect(seen).toEqual(SESSION);
});

function shapeOf(stdout: string): string {
  const whole = parsed(stdout);
  if (whole !== undefined) return keysOf(whole);
  const lines = stdout.trimEnd().split('\n').map(parsed);
  return lines.includes(undefined) ? stdout : `{${[...new Set(lines.map(keysOf))].join(' | ')}}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keysOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length === 0 ? '' : keysOf(value[0])}]`;
  return typeof value === 'object' && value !== null ? Object.keys(value).join(' ') : JSON.stringify(value);
}

test('there is no command that the session leaves out', () => {
  const lines = SESSION.map(([line]) => line.replace(/^--(dialect \S+|yes) /, ''));
  const isRun = (name: string) => lines.some((line) => line === name || line.startsWith(`${name} `));
  const built = COMMANDS.filter(({ isBuilt, name }) => isBuilt && !WITHOUT.includes(name));
  expect(built.map(({ name }) => name).filter((name) => !isRun(name))).toEqual([]);
});
