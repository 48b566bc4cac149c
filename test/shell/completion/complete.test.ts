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
});

afterAll(() => workspace.dispose());

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
  ['que', ['query_bulk_load_status', 'query_dup']],
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
