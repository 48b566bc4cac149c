import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMANDS } from '../../../src/commands/index.ts';
import { validateEnv } from '../../../src/rpc/idl/app-envs.ts';
import { APP_ENVS } from '../../../src/shell/completion/app-envs.ts';
import { parseSyntax } from '../../../src/shell/completion/syntax.ts';
import { readTyped } from '../../../src/shell/completion/typed.ts';
import { Disposable } from '../../../src/shell/disposable.ts';

let workspace: Disposable;

beforeAll(async () => {
  workspace = new Disposable({ workingDirectory: '.' });
  await workspace.invoke(['cluster', 'create', 'B']);
  await workspace.invoke(['create', 'table', 'users', '-p', '4']);
  await workspace.invoke(['create', 'table', 'old', '-p', '4']);
  await workspace.invoke(['drop', 'old']);
  await workspace.invoke(['add_dup', 'users', 'B']);
  await workspace.invoke(['fault', 'add', 'disk_io_delay', 'replica1', '--after', '1h']);
  await workspace.invoke(['snapshot', 'save', 'kept']);
  const policy = '-p nightly -b local_service -a 1 -i 86400 -s 02:00 -c 3';
  await workspace.invoke(['add_backup_policy', ...policy.split(' ')]);
});

afterAll(() => workspace.dispose());

const METAS = [1, 2, 3].map((number) => `localhost:3460${number}`);
const REPLICAS = [1, 2, 3].map((number) => `localhost:3480${number}`);
const LISTED = [...METAS, ...REPLICAS].map((one) => `localhost:34801,localhost:34802,${one}`);

/** What Tab offers behind a line. */
async function offered(line: string): Promise<string[]> {
  const { words, partial } = readTyped(line);
  const { stdout } = await workspace.invoke(['--json', 'completion', 'zsh', '--', ...words, partial]);
  const { candidates } = JSON.parse(stdout) as { candidates: { value: string }[] };
  return candidates.map(({ value }) => value);
}

test.each([
  ['dup rem', ['remove']],
  ['clock ', ['advance', 'set']],
  [
    'que',
    [
      'query-backup-status',
      'query_backup_policy',
      'query_bulk_load_status',
      'query_dup',
      'query_restore_status',
    ],
  ],
  ['help cluster r', ['remove']],
  ['--dial', ['--dialect']],
  ['--dialect ', ['admin-cli', 'cpp-shell']],
  ['-C ', ['onebox', 'B']],
  ['drop ', ['users']],
  ['--dialect cpp-shell drop users -', ['--reserve_seconds']],
  ['use u', ['users']],
  ['drop -', ['--reserved']],
  ['drop users -', []],
  ['fault add rpc_re', expect.arrayContaining(['rpc_request_drop', 'rpc_response_delay'])],
  ['meta-level set ', ['stopped', 'blind', 'freezed', 'steady', 'lively']],
  ['recall ', ['2']],
  ['add_dup users ', ['B']],
  ['add_dup -s users B --remote', ['--remote_app_name', '--remote_replica_count']],
  ['dup add -c ', ['B']],
  ['pause_dup users ', [expect.stringMatching(/^\d+$/)]],
  ['dup verify users --dup ', [expect.stringMatching(/^\d+$/)]],
  ['set_dup_fail_mode users 1 ', ['slow', 'skip']],
  ['node kill m', ['meta1', 'meta2', 'meta3']],
  ['node kill replica1 replica', ['replica1', 'replica2', 'replica3']],
  ['wait --for=node=un', ['--for=node=unalive']],
  ['wait --table ', ['users']],
  ['full_scan --value_filter_type p', ['prefix', 'postfix']],
  ['cluster use ', ['onebox', 'B']],
  ['cluster create B --def', ['--defect']],
  ['cluster config B security.mandatory', ['security.mandatory_auth']],
  ['cluster config B security.mandatory_auth ', ['true', 'false']],
  ['clock set ', ['realtime', 'manual']],
  ['node list --w', ['--watch']],
  ['node list --json --', ['--watch', '--no-color', '--help']],
  ['cluster remove B --', ['--yes', '--json', '--dry-run', '--no-color', '--help']],
  ['propose --gpid 1', ['1.0', '1.1', '1.2', '1.3']],
  ['propose -g 1.0 -p UP', ['UPGRADE_TO_PRIMARY', 'UPGRADE_TO_SECONDARY']],
  ['propose -g 1.0 -p REMOVE -t ', REPLICAS],
  ['propose -g 1.0 -p REMOVE -t x -n ', REPLICAS],
  ['balance -g 1.0 -p ', ['move_pri', 'copy_pri', 'copy_sec']],
  ['balance -g 1.0 -p move_pri -f ', REPLICAS],
  ['balance -g 1.0 -p move_pri -f x -t ', REPLICAS],
  ['ddd_diagnose -g 1.3', ['1.3']],
  ['remote_command meta.l', expect.arrayContaining(['meta.live_percentage', 'meta.lb.assign_delay_ms'])],
  ['remote_command -t meta-server replica.', expect.arrayContaining(['replica.query-compact'])],
  ['remote_command -l ', [...METAS, ...REPLICAS]],
  ['server_info -l localhost:34801,localhost:34802,l', LISTED],
  ['recover -s localhost:34801,', expect.arrayContaining(['localhost:34801,localhost:34802'])],
  ['remote-command meta meta.live', ['meta.live_percentage']],
  ['remote-command replica meta.live', []],
  ['remote-command meta -n ', METAS],
  ['disk-capacity -n ', REPLICAS],
  ['server-config meta min_live', ['min_live_node_count_for_unfreeze']],
  ['server-config meta l', expect.arrayContaining(['list'])],
  ['server-config replica log_shared', []],
  ['server-config meta min_live_node_count_for_unfreeze ', ['get', 'set']],
  ['server-config meta min_live_node_count_for_unfreeze get ', []],
  ['bulk-load query -a ', ['users']],
  ['partition-split pause -a users -i ', ['0', '1', '2', '3']],
  ['query_bulk_load_status -a users -i ', ['0', '1', '2', '3']],
  ['dup verify users --partition ', ['0', '1', '2', '3']],
  ['dup watch users --until DS_A', ['DS_APP']],
  ['dup preflight ', ['B']],
  ['backup ', ['1']],
  ['backup 1 ', ['local_service']],
  ['restore -c ', ['onebox', 'B']],
  ['restore -a ', ['users']],
  ['restore -i ', ['1']],
  ['restore -b ', ['local_service']],
  ['restore -n ', []],
  ['restore_app -c ', ['onebox', 'B']],
  ['restore_app -a ', ['users']],
  ['restore_app -i ', ['1']],
  ['restore_app -b ', ['local_service']],
  ['query_restore_status ', ['1']],
  ['add_backup_policy -p ', []],
  ['add_backup_policy -a ', ['1']],
  ['modify_backup_policy -p nightly -r ', ['1']],
  ['query_backup_policy -p ', ['nightly']],
  ['disable_backup_policy -p ', ['nightly']],
  ['detect_hotkey -a ', ['1']],
  ['detect_hotkey -d ', REPLICAS],
  ['detect_hotkey -t ', ['read', 'write']],
  ['copy_data -c ', ['onebox', 'B']],
  ['copy_data -c B -a ', []],
  [
    '--dialect cpp-shell create t --envs rocksdb.allow',
    ['rocksdb.allow_ingest_behind=true', 'rocksdb.allow_ingest_behind=false'],
  ],
  ['add-compaction-operation -o ', ['delete', 'update-ttl']],
  ['incident run 21', ['2146']],
  ['cluster create old --defect 20', ['2098', '2069']],
  ['snapshot restore ', ['kept']],
  ['snapshot save ', []],
  ['fault clear ', ['1']],
  ['--durability ', ['power', 'process']],
  ['run package.j', ['package.json']],
  ['load examples/records', ['examples/records-10k.tsv']],
  ['use users --', []],
  ['no-such-command ', []],
])('%s', async (line, candidates) => {
  expect(await offered(line)).toEqual(candidates);
});

test('asking what can be typed does not move the clock', async () => {
  const now = async () => (await workspace.invoke(['clock'])).stdout;
  const before = Date.parse((await now()).slice(0, 23));
  await offered('drop ');
  expect(Date.parse((await now()).slice(0, 23)) - before).toBe(1);
});

test('where there is no workspace, none is made', async () => {
  const other = new Disposable({ workingDirectory: '.' });
  const { stdout, stderr } = await other.invoke(['completion', 'fish', '--', 'use', '']);
  expect({ stdout, stderr }).toEqual({ stdout: '', stderr: '' });
  expect(await other.backend.holdsWorkspace()).toBe(false);
  other.dispose();
});

test('each shell gets its script, and candidates in its form', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    expect((await workspace.invoke(['completion', shell])).stdout).toContain(`pegsh completion ${shell}`);
  }
  const candidates = async (shell: string, ...words: string[]) =>
    (await workspace.invoke(['completion', shell, '--', ...words])).stdout;
  expect(await candidates('bash', 'wait', '--for=dup=DS_L')).toBe('DS_LOG\n');
  expect(await candidates('zsh', 'use', 'u')).toBe('users:4 partitions\n');
  expect(await candidates('fish', 'use', 'u')).toBe('users\t4 partitions\n');
  expect(await workspace.invoke(['completion', 'tcsh'])).toMatchObject({ exitCode: 2 });
});

describe('the syntax of every command is understood', () => {
  test.each(COMMANDS.filter(({ isBuilt }) => isBuilt))('$dialect $name', async ({ name, load }) => {
    const { usage, syntax } = (await load()).default;
    const { words, flags } = parseSyntax(name, syntax ?? usage);
    for (const { names } of flags) for (const flag of names) expect(flag).toMatch(/^--?[\w-]+$/);
    for (const word of words) expect(word.name).not.toMatch(/[[\]<>]/);
  });
});

test.each(Object.entries(APP_ENVS))('env %s is one that a table may have', (key, values) => {
  for (const value of values) expect(validateEnv(key, value)).toBeUndefined();
  expect(validateEnv(key, '') ?? '').not.toMatch(/not supported/);
});
