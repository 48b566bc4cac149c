import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Disposable } from '../../src/shell/disposable.ts';
import { version } from '../../src/version.ts';

let workspace: Disposable;

beforeEach(() => {
  workspace = new Disposable({ workingDirectory: '.' });
});

afterEach(() => {
  workspace.dispose();
});

describe('one command', () => {
  test('answers on stdout', async () => {
    expect(await workspace.invoke(['version'])).toEqual({
      stdout: `pegsh ${version}\n`,
      stderr: '',
      text: `pegsh ${version}\n`,
      exitCode: 0,
    });
  });

  test('the first use of a workspace says what it made, once', async () => {
    const first = await workspace.invoke(['cluster', 'list']);
    expect(first.stderr).toMatch(/^pegsh: made cluster 'onebox': 3 meta servers and 3 replica servers/);
    expect((await workspace.invoke(['cluster', 'list'])).stderr).toBe('');
  });

  test.each([
    [[], ''],
    [['--help'], 'pegsh [global flags] COMMAND'],
    [['--version'], `pegsh ${version}`],
    [['cluster', 'create', '--help'], 'cluster create: '],
    [['help', 'query_dup'], 'query_dup (cpp-shell): '],
    [['help', 'cluster'], '  cluster add     '],
  ])('%j', async (words, start) => {
    const { stdout, exitCode } = await workspace.invoke(words);
    expect({ exitCode, start: stdout.slice(0, start.length) }).toEqual({ exitCode: 0, start });
  });
});

describe('errors', () => {
  test('usage is exit code 2, on stderr, with what to do', async () => {
    expect(await workspace.invoke(['verson'])).toMatchObject({
      stdout: '',
      stderr: 'error: unknown command "verson"\nhint: did you mean `version`?\n',
      exitCode: 2,
    });
  });

  test("the C++ shell's own words stay as they are", async () => {
    const { stderr, exitCode } = await workspace.invoke(['add_dup']);
    expect(stderr).toMatch(/^ERROR: missing param <app_name>\nUSAGE: \tadd_dup /);
    expect(stderr).not.toContain('error: ');
    expect(exitCode).toBe(2);
  });

  test('under --json they are on stdout', async () => {
    const { stdout, stderr, exitCode } = await workspace.invoke(['--json', 'verson']);
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'USAGE', message: 'unknown command "verson"', hint: 'did you mean `version`?' },
    });
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 2 });
  });

  test('a cluster that is not there is exit code 1', async () => {
    const { stderr, exitCode } = await workspace.invoke(['-C', 'nowhere', 'query_dup', 't']);
    expect(stderr).toContain("there is no cluster 'nowhere' in this workspace (ERR_OBJECT_NOT_FOUND)");
    expect(exitCode).toBe(1);
  });

  test('a real cluster that is not there is exit code 1', async () => {
    const { stderr, exitCode } = await workspace.invoke([
      '-m',
      '127.0.0.1:1',
      '--dialect',
      'cpp-shell',
      'ls',
    ]);
    expect(stderr).toContain('ERR_NETWORK_FAILURE');
    expect(exitCode).toBe(1);
  });

  test.each(['127.0.0.1', 'host:port', 'host:0', 'a:1,,b:2'])('no meta servers are at %s', async (list) => {
    const { stderr, exitCode } = await workspace.invoke(['-m', list, 'ls']);
    expect(stderr).toContain('is not the address of a meta server');
    expect(exitCode).toBe(2);
  });

  test('what only the engine can do is not available on a real cluster', async () => {
    const { stderr, exitCode } = await workspace.invoke(['-m', '127.0.0.1:1', 'clock', 'advance', '1m']);
    expect(stderr).toContain('not available on a real cluster');
    expect(exitCode).toBe(2);
  });

  test('what destroys needs --yes where nobody can be asked', async () => {
    expect(await workspace.invoke(['reset'])).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await workspace.invoke(['reset', '--yes'])).toMatchObject({ exitCode: 0 });
  });
});

describe('scripts', () => {
  test('-c stops at the first line that fails and says where', async () => {
    const { stdout, stderr, exitCode } = await workspace.invoke(['-c', 'version; verson x; version']);
    expect(stdout).toBe(`pegsh ${version}\n`);
    expect(stderr).toMatch(/-c:2: stopped here \(exit code 2\): verson x\n$/);
    expect(exitCode).toBe(2);
  });

  test('--keep-going goes on, and still fails', async () => {
    const { stdout, exitCode } = await workspace.invoke(['--keep-going', '-c', 'version; verson; version']);
    expect(stdout).toBe(`pegsh ${version}\npegsh ${version}\n`);
    expect(exitCode).toBe(2);
  });

  test('comments and blank lines do nothing; exit ends', async () => {
    const { text, exitCode } = await workspace.invoke(['-c', '# note; ;exit; verson']);
    expect({ text, exitCode }).toEqual({ text: '', exitCode: 0 });
  });

  test('what a line chooses lasts, what its own flags choose does not', async () => {
    await workspace.invoke(['cluster', 'create', 'B']);
    await workspace.runLine('-C B cluster_info');
    await workspace.runLine('cluster use B');
    const { stdout } = await workspace.runLine('--json cluster show');
    expect(JSON.parse(stdout)).toMatchObject({ name: 'B' });
  });

  test('flags of the whole run are refused in a line', async () => {
    expect(await workspace.runLine('-w /elsewhere version')).toMatchObject({
      exitCode: 2,
      stderr: 'error: -w is for the whole run: it stands before the script\n',
    });
  });
});

test('an unknown command is told of with a hint, whatever the dialect', async () => {
  const { stderr, exitCode } = await workspace.invoke(['--dialect', 'cpp-shell', 'query_dupp', 'temp']);
  expect(stderr).toBe(
    'error: unknown command "query_dupp"\nhint: did you mean `query_dup`? It is the C++ shell\'s: query_dup <app_name> [-d|--detail]\n',
  );
  expect(exitCode).toBe(2);
});
