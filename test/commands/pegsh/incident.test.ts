import { expect, test } from 'vitest';
import { Disposable } from '../../../src/shell/disposable.ts';

/** Runs one command in a workspace that nobody uses. */
async function run(...words: string[]) {
  const workspace = new Disposable({ workingDirectory: '/' });
  const captured = await workspace.invoke(words);
  workspace.dispose();
  return captured;
}

/** What each command of the story wrote, by the command. */
async function story(...flags: string[]) {
  const { stdout, stderr, exitCode } = await run('--json', 'incident', 'run', '2098', ...flags);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  const report = JSON.parse(stdout) as {
    steps: { title: string; commands: { command: string; output: string }[] }[];
  };
  const commands = report.steps.flatMap((step) => step.commands);
  return {
    report,
    outputs: (command: string) => commands.filter((one) => one.command === command).map((one) => one.output),
  };
}

test('incident 2098 with the fix: stuck, restarted, opened, equal', async () => {
  const { outputs } = await story();
  const [stuck, restarted, done] = outputs('dup diagnose test1');
  for (const text of [stuck, restarted]) {
    expect(text).toContain('DS_PREPARE, BLOCKED');
    expect(text).toContain('B demands authentication and drops what comes without; A gives none');
    expect(text).toContain('create_err=ERR_TIMEOUT, update_err=ERR_NO_NEED_OPERATE');
  }
  expect(done).toContain('DS_LOG, OK');
  expect(outputs('node list')).toEqual([expect.stringMatching(/^replica1 .* running .* 0$/m)]);
  expect(outputs('dup verify test1')).toEqual([
    'test1 (10008 records) and B/test_dup_1 (10008 records): equal\n',
    'test1 (10009 records) and B/test_dup_1 (10009 records): equal\n',
  ]);
  expect(outputs('get user:99999 profile').join()).toContain('"new"');
});

test('incident 2098 before the fix: dies after every start until the duplication is removed', async () => {
  const { outputs } = await story('--defect');
  expect(outputs('node show replica1').join()).toMatch(
    /replica_chkpt\.cpp:208:async_trigger_manual_emergency_checkpoint\(\): assertion expression: \[min_checkpoint_decree > 0\] \[1\.\d@localhost:35801\] -1 vs 0 min_checkpoint_decree should be a number greater than 0 which means a new checkpoint must be created/,
  );
  const [lease, dead] = outputs('nodes');
  expect(lease).toContain('NS_ALIVE');
  expect(dead).toContain('NS_UNALIVE');
  const [alive, again, saved] = outputs('node list');
  expect(alive).toMatch(/^replica1 .* running .* 0$/m);
  expect(again).toMatch(/^replica1 .* crashed .* 2$/m);
  expect(saved).toMatch(/^replica1 .* running .* 2$/m);
  expect(outputs('dup diagnose test1')[1]).toContain('remove_dup test1');
  expect(outputs('get user:00001 profile')).toEqual([
    expect.stringContaining('timeout'),
    expect.stringContaining('city'),
  ]);
});

test('the same story gives the same bytes, and both of its variants begin alike', async () => {
  const [first, second] = [await run('incident', 'run', '2098'), await run('incident', 'run', '2098')];
  expect(second).toEqual(first);
  expect(first.stdout).toContain('== 1/9 Two clusters that do not agree about authentication');
});

test('what is told is what can be typed: the story holds every line of the script', async () => {
  const { stdout: script } = await run('incident', 'show', '2098');
  const { stdout: told } = await run('incident', 'run', '2098');
  const lines = script.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) expect(told).toContain(`\n$ pegsh ${line}\n`);
});

test.each(
  ['2146', '2069', '1595', '903', '2284'].flatMap((issue) => [
    [issue, []],
    [issue, ['--defect']],
  ]) as [string, string[]][],
)('incident %s %j goes as it is told', async (issue, flags) => {
  const { stdout, stderr, exitCode } = await run('incident', 'run', issue, ...flags);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/\n\d+ commands, all as told\./);
  expect(exitCode).toBe(0);
  const { stdout: listed } = await run('incident', 'list');
  expect(listed).toMatch(new RegExp(`^${issue} `, 'm'));
});

test('what 2284 loses is found by nothing but a comparison', async () => {
  const { stdout } = await run('incident', 'run', '2284', '--defect');
  expect(stdout).toContain('DS_LOG, OK');
  expect(stdout).not.toContain('BLOCKED');
  expect(stdout).toMatch(/0 missing, 0 different, [1-9]\d* only on B/);
});

test('--step needs somebody to press Enter, and an incident has to be known', async () => {
  expect(await run('incident', 'run', '2098', '--step')).toMatchObject({ exitCode: 2, stdout: '' });
  expect(await run('incident', 'run', '1')).toMatchObject({ exitCode: 2 });
  expect((await run('incident', 'list')).stdout).toMatch(/^2098 /m);
});
