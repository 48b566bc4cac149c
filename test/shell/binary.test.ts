import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { version } from '../../src/version.ts';
import { ROOT } from '../support/source-tree.ts';

const PEGSH = join(ROOT, 'bin/run.js');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-binary-'));
  pegsh(['init', '--clock', 'manual']);
  pegsh(['create', '-p', '4', 't']);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1' };
}

function pegsh(words: readonly string[], input = '', program = PEGSH): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [program, ...words], {
    cwd: folder,
    env: environment(),
    input,
    encoding: 'utf8',
  });
}

function shell(line: string): SpawnSyncReturns<string> {
  return spawnSync('sh', ['-c', line], { cwd: folder, env: environment(), encoding: 'utf8' });
}

test('the version, without a workspace', () => {
  expect(pegsh(['version'])).toMatchObject({ stdout: `pegsh ${version}\n`, stderr: '', status: 0 });
});

test('exit codes reach the shell that started it', () => {
  expect(pegsh(['verson']).status).toBe(2);
  expect(pegsh(['query_dup', 'nowhere']).status).toBe(1);
});

test('a script comes in through a pipe', () => {
  const { stdout, stderr, status } = pegsh([], 'use t\nset a b c\nset a c d\ncount a\nverson\nversion\n');
  expect(stdout).toContain('ok\n');
  expect(stderr).toMatch(/stdin:5: stopped here \(exit code 2\): verson\n$/);
  expect(stdout).not.toContain('pegsh');
  expect(status).toBe(2);
});

test('what one process wrote, the next one reads', () => {
  pegsh(['-c', 'use t; set k s "a\\xff b"']);
  expect(pegsh(['-c', 'use t; get k s']).stdout).toContain('"a\\xFF b"');
});

/** Installs it once more. */
function install(name: string): string {
  const copy = join(folder, name);
  for (const part of ['bin', 'dist']) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

test('compiled code that is missing, or of another Node.js, is done without', () => {
  const copy = install('copy');
  const program = join(copy, 'bin/run.js');
  const caches = readdirSync(join(copy, 'dist/program')).filter((name) => name.endsWith('.cache'));
  expect(caches).toContain('main.js.cache');
  const answer = pegsh(['query_dup', 't']).stdout;
  for (const spoil of [(path: string) => writeFileSync(path, 'of another version'), rmSync]) {
    for (const name of caches) spoil(join(copy, 'dist/program', name));
    expect(pegsh(['query_dup', 't'], '', program)).toMatchObject({ stdout: answer, stderr: '', status: 0 });
  }
});

test.each<[string, (path: string) => void]>([
  ['that it has no more', (path) => rmSync(path)],
  ['of another build', (path) => writeFileSync(path, '({build:"another"})')],
])('a shell that goes on while it is installed anew uses no part %s', async (_, replace) => {
  const copy = mkdtempSync(join(folder, 'installed-'));
  const program = join(install(copy.slice(folder.length + 1)), 'bin/run.js');
  const child = spawn(process.execPath, [program], { cwd: folder, env: environment() });
  const [out, complaint, closed] = [text(child.stdout), text(child.stderr), once(child, 'close')];
  child.stdin.write('version\n');
  await once(child.stdout, 'data');
  const parts = readdirSync(join(copy, 'dist/program')).filter((name) => /^\d+\.js$/.test(name));
  for (const name of parts) replace(join(copy, 'dist/program', name));
  child.stdin.end('hash a b\n');
  expect(await out).toBe(`pegsh ${version}\n`);
  expect(await complaint).toContain(
    'error: pegsh was installed anew while this one was running\nhint: what was',
  );
  await closed;
  expect(child.exitCode).toBe(1);
});

test.each([
  [['query_dup', 't'], 'main.js'],
  [['ls'], 'main.js'],
  [['-c', 'use t; dup list'], 'main.js change.js'],
  [['-c', 'use t; set a b c; get a b'], 'main.js change.js'],
  [['serve', '--port', '0', '--idle-timeout', '1ms'], 'main.js serve.js change.js'],
])('%j loads of the program %s, compiled', (words, files) => {
  const run = `const { program, scripts } = require(${JSON.stringify(PEGSH)});
    const told = ([name, script]) => (script.cachedDataRejected === false ? name : name + ', which is not');
    program().main(process, ${JSON.stringify(words)}).then(() => console.error(...[...scripts].map(told)));`;
  const { stderr } = spawnSync(process.execPath, ['-e', run], {
    cwd: folder,
    env: environment(),
    encoding: 'utf8',
  });
  expect(stderr).toBe(`${files}\n`);
});

test('an answer to a line comes before the next line is typed', async () => {
  const child = spawn(process.execPath, [PEGSH], { cwd: folder, env: environment() });
  const ended = text(child.stdout);
  const answered = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()));
  child.stdin.write('version\n');
  await answered;
  // The waiting script has let the workspace go: another command is not kept waiting.
  expect(pegsh(['cluster', 'list']).status).toBe(0);
  child.stdin.end('version\n');
  expect(await ended).toBe(`pegsh ${version}\n`.repeat(2));
});

test('`exit` ends it while the pipe is still open', async () => {
  const child = spawn(process.execPath, [PEGSH], { cwd: folder, env: environment() });
  child.stdin.write('version\nexit\n');
  await once(child, 'close');
  expect(child.exitCode).toBe(0);
});

test('no byte of 10 MB is lost in a slow pipe, and none is an error to a reader that has gone', () => {
  const sets = Array.from({ length: 105 }, (_, at) => `set many k${at} ${'v'.repeat(100_000)}`);
  expect(pegsh([], `use t\n${sets.join('\n')}\n`).status).toBe(0);
  const scan = `"${process.execPath}" "${PEGSH}" -c 'use t; hash_scan many "" ""'`;
  const [slowly, atOnce] = shell(`${scan} | dd bs=999 2>&- | cksum; ${scan} > all; cksum < all`).stdout.split(
    '\n',
  );
  expect(slowly).toBe(atOnce);
  expect(Number(atOnce?.split(' ')[1])).toBeGreaterThan(10_000_000);
  expect(shell(`${scan} | head -1`)).toMatchObject({ stderr: '', status: 0 });
});

test.skipIf(!existsSync('/dev/full'))('a file that cannot take an answer is told of, short or long', () => {
  pegsh(['-c', `use t; set long k ${'v'.repeat(200_000)}`]);
  for (const line of ['count long', 'get long k']) {
    const { stderr, status } = shell(`"${process.execPath}" "${PEGSH}" -c 'use t; ${line}' > /dev/full`);
    expect(stderr).toBe('error: stdout cannot be written: ENOSPC: no space left on device, write\n');
    expect(status).toBe(1);
  }
});
