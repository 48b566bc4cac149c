import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Disposable } from '../../../src/shell/disposable.ts';
import { version } from '../../../src/version.ts';

let folder: string;
let workspace: Disposable;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-script-'));
  workspace = new Disposable({
    workingDirectory: folder,
    environment: { NO_COLOR: '1', TABLE: 'from-outside' },
  });
  await workspace.invoke(['cluster', 'list']);
});

afterEach(() => {
  workspace.dispose();
  rmSync(folder, { recursive: true, force: true });
});

function run(script: string, ...words: string[]) {
  writeFileSync(join(folder, 's.pegsh'), script);
  return workspace.invoke(['run', 's.pegsh', ...words]);
}

test('arguments and environment variables take the place of their names', async () => {
  const { stderr, exitCode } = await run(
    'create table $1 -p ${2}\nuse ${TABLE}\nexpect /from-outside/\nexpect exit 1\nls\nexpect /\\| $1 /\n',
    'users',
    '4',
  );
  expect({ stderr, exitCode }).toEqual({
    stderr: "error: table(from-outside) doesn't exist\n",
    exitCode: 0,
  });
  expect(await run('version\nhelp $1\n')).toMatchObject({
    stderr:
      'error: argument $1 is not given\nhint: write \\$ for a dollar\ns.pegsh:2: stopped here (exit code 2): help $1\n',
    exitCode: 2,
  });
  expect((await workspace.invoke(['-c', 'help $1', 'version'])).stdout).toMatch(/^version: /);
});

test('a line goes on behind a backslash; its number is that of its beginning', async () => {
  const { stdout, stderr } = await run('# a comment \\\nversion\nhelp \\\n  version\n\nverson \\\n');
  expect(stdout).toMatch(/^pegsh .*\nversion: /);
  expect(stderr).toContain('s.pegsh:6: stopped here (exit code 2): verson');
});

test('of a long line only the beginning is shown where it fails', async () => {
  const { stderr } = await run(`verson ${'x'.repeat(100_000)}\n`);
  expect(stderr).toContain(`s.pegsh:1: stopped here (exit code 2): verson ${'x'.repeat(193)}…\n`);
});

describe('expect', () => {
  test('looks at the answer of the line before, as often as wanted', async () => {
    const script = `create table t -p 4
cluster list
expect /onebox/
expect not /B/
expect $[0].name == onebox
expect count $[*] == 1
node list
expect count $[?@.state == 'running'] == 6
`;
    expect(await run(script)).toMatchObject({ stderr: '', exitCode: 0 });
  });

  test('where it does not hold, the script stops, and says what is so instead', async () => {
    expect(await run('version\nexpect /nothing/\nversion\n')).toMatchObject({
      stdout: `pegsh ${version}\n`,
      stderr: `expected /nothing/, but the answer is
  pegsh ${version}
s.pegsh:2: stopped here (exit code 1): expect /nothing/
`,
      exitCode: 1,
    });
  });

  test('a failure that is expected is none', async () => {
    const script = `node kill replica9
expect exit 1
expect /has no server/
expect $.error.code == ERR_OBJECT_NOT_FOUND
version
`;
    expect(await run(script)).toMatchObject({
      stdout: `pegsh ${version}\n`,
      stderr: expect.stringMatching(/^error: cluster 'onebox' has no server 'replica9'.*\nhint: .*\n$/),
      exitCode: 0,
    });
  });

  test('a failure that is not expected stops at its own line, whatever else is checked', async () => {
    const { stderr, exitCode } = await run('verson\nexpect /unknown/\nversion\n');
    expect(stderr).toMatch(/\ns\.pegsh:1: stopped here \(exit code 2\): verson\n$/);
    expect(exitCode).toBe(2);
    const atEnd = await run('version\nverson');
    expect(atEnd.stderr).toMatch(/\ns\.pegsh:2: stopped here \(exit code 2\): verson\n$/);
  });

  test('a success where a failure is expected fails', async () => {
    expect(await run('version\nexpect exit 1\n')).toMatchObject({
      stderr: expect.stringContaining('expected exit 1, but the exit code is 0\n'),
      exitCode: 1,
    });
  });

  test('lines of a script that a script runs are looked at there', async () => {
    writeFileSync(join(folder, 'inner.pegsh'), 'version\nexpect /pegsh/\n');
    expect(await run('run inner.pegsh\nexpect $.exit_code == 0\n')).toMatchObject({
      stderr: '',
      exitCode: 0,
    });
  });
});

test('what a line is asked for goes for the lines that it runs, and for no other', async () => {
  await workspace.invoke(['cluster', 'create', 'B', '--metas', '1', '--replicas', '1']);
  writeFileSync(join(folder, 'inner.pegsh'), 'create -p 2 -r 1 here\nversion\nuse here\n');
  const { stdout } = await run('--json --dialect cpp-shell -C B run inner.pegsh\nls\n');
  const [created, version, used, ended, tables] = stdout.split(/^(?=[{+])/m);
  expect(created).toContain('"app_name": "here"');
  expect(version).toContain('"git_commit"');
  expect(used).toBe('{\n  "app_name": "here"\n}\n');
  expect(ended).toContain('"exit_code": 0');
  expect(tables).toMatch(/^\+-/);
  expect(stdout).not.toContain('| here');
});

test('--keep-going tells of every failure and ends with the code of the first', async () => {
  const { stderr, exitCode } = await run('verson\nnode kill replica9\nversion\nexpect /x/\n', '--keep-going');
  expect(stderr.split('\n').filter((line) => line.startsWith('s.pegsh:'))).toEqual([
    's.pegsh:1: failed (exit code 2): verson',
    's.pegsh:2: failed (exit code 1): node kill replica9',
    's.pegsh:4: failed (exit code 1): expect /x/',
  ]);
  expect(exitCode).toBe(2);
});

test('--timing tells of each line and of all', async () => {
  const { stderr } = await run('version\n# nothing\nversion\n', '--timing');
  expect(stderr).toMatch(/^s\.pegsh:1: \d+\.\d ms\ns\.pegsh:3: \d+\.\d ms\ns\.pegsh: \d+\.\d ms in all\n$/);
  expect((await workspace.invoke(['--timing', 'version'])).stderr).toMatch(/^\d+\.\d ms\n$/);
});

test('a file that is not there is refused; stdin needs something in it', async () => {
  expect(await workspace.invoke(['run', 'nowhere'])).toMatchObject({
    exitCode: 2,
    stderr: 'error: cannot read nowhere: there is no such file\n',
  });
  expect(await workspace.invoke(['run', '/'])).toMatchObject({
    exitCode: 2,
    stderr: 'error: cannot read /: a directory is where a file should be (EISDIR)\n',
  });
  expect(await workspace.invoke(['run', '-'])).toMatchObject({ exitCode: 0, text: '' });
});
