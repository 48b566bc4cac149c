import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { version } from '../../../src/version.ts';
import { startShell } from '../support/terminal.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-repl-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a wait shows what it sees, and takes that away', async () => {
  const { sees, types, ended } = startShell(folder);
  await sees('onebox> ');
  types('node kill replica1\r');
  await sees('onebox> ');
  types('wait --for=node=running --node replica1 --timeout 2s\r');
  await sees('\r\x1b[Kreplica1 is killed\r\x1b[K');
  await sees('timed out after 2s; last seen: replica1 is killed');
  types('exit\r');
  expect(await ended).toBe(0);
});

test('commands share a session, which the prompt shows; exit leaves', async () => {
  const { sees, types, ended } = startShell(folder);
  await sees('onebox> ');
  types('create t -p 4\r');
  await sees('error: invalid usage');
  types('create -p 4 t\r');
  // The bar stands below what it is of.
  await sees('Available partitions:\n');
  await sees('4 / 4 [');
  await sees('Done!\n');
  await sees('onebox> ');
  types('use t\r');
  await sees('onebox:t> ');
  types('exit\r');
  expect(await ended).toBe(0);
});

test('Ctrl-C forgets the line, Ctrl-D leaves', async () => {
  const { sees, types, ended } = startShell(folder);
  await sees('onebox> ');
  types('half a li\x03');
  await sees('^C\n');
  await sees('onebox> ');
  types('version\r');
  await sees(`pegsh ${version}`);
  await sees('onebox> ');
  types('\x04');
  expect(await ended).toBe(0);
});

test('Ctrl-D where a command reads on ends that, in a row of its own', async () => {
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  types('create -p 4 t\r');
  await sees('Done!');
  types('use t\r');
  await sees('onebox:t> ');
  types('check_and_mutate h -c s -t exist\r');
  await sees('>>> ');
  types('\x04');
  await sees('\nthe input ended before "ok"');
  await sees('onebox:t> ');
});

test('Ctrl-C at a question stops the command', async () => {
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  types('reset\r');
  await sees('Type /w to go on');
  types('\x03');
  await sees('error: interrupted');
  await sees('onebox> ');
});

test('what destroys in a table asks for its name', async () => {
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  types('create table t\r');
  await sees('Done!');
  types('use t\r');
  await sees('ok');
  const lines = [
    'remove_dup t 1',
    'clear_app_envs -a',
    'table-env clear',
    'multi_del_range h a b',
    'dup rm -d 1',
  ];
  for (const line of lines) {
    types(`${line}\r`);
    await sees('Type t to go on');
    types('no\r');
    await sees('nothing was done');
  }
});

test('what may overwrite records asks first', async () => {
  writeFileSync(join(folder, 'records.tsv'), 'h\ts\tv\n');
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  const typed: readonly (readonly [line: string, shown: string])[] = [
    ['create -p 4 from', 'Done!'],
    ['create -p 4 to', 'Done!'],
    [`load ${join(folder, 'records.tsv')} --table to`, '1 records of 1 hash keys loaded into to'],
    [`load ${join(folder, 'records.tsv')} --table to`, 'Type to to go on'],
    ['no', 'nothing was done'],
    ['use from', 'ok'],
    ['copy_data -c onebox -a to -n', 'Copy done'],
    ['copy_data -c onebox -a to', 'Type to to go on'],
    ['to', 'Copy done'],
  ];
  for (const [line, shown] of typed) {
    types(`${line}\r`);
    await sees(shown);
  }
});

test('what the other dialect takes is pointed at', async () => {
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  types('ls -d\r');
  await sees('error: invalid flag: -d');
  await sees("hint: `ls -d` is the C++ shell's: --dialect cpp-shell ls -d");
  types('--dialect cpp-shell ls -d\r');
  await sees('total_app_count');
});

test('lines pasted at once run one after another', async () => {
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  types('version\rhelp run\r');
  await sees(`pegsh ${version}`);
  await sees('usage: run FILE');
});

test('what destroys asks for the name; an argument that is missing is asked for', async () => {
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  types('reset\r');
  await sees('Type /w to go on');
  types('no\r');
  await sees('nothing was done');
  types('reset\r');
  await sees('Type /w to go on');
  types('/w\r');
  await sees('anew');
  types('cluster create\r');
  await sees('NAME');
  types('B\r');
  await sees('cluster B made');
});

test('while the prompt waits, others may have the workspace', async () => {
  const { fs, sees, types } = startShell(folder);
  await sees('onebox> ');
  expect(fs.stat('/w/workspace.json')).toBeDefined();
  expect(fs.stat('/w/lock')).toBeUndefined();
  types('cluster create B\r');
  await sees('cluster B made');
  await sees('onebox> ');
  expect(fs.stat('/w/lock')).toBeUndefined();
});

test('Ctrl-C ends the wait for another process that has the workspace', async () => {
  let isPatient = false;
  const whileWaiting = () => {
    if (!isPatient) types('\x03');
    isPatient = true;
  };
  const { fs, sees, types } = startShell(folder, { neighbour: 7, whileWaiting });
  await sees('onebox> ');
  fs.write('/w/lock', 0, Buffer.from('{"pid":7,"start":"then"}\n'));
  types('node list\r');
  await sees('error: interrupted');
  await sees('onebox> ');
  types('node list\r');
  await sees('is in use by process 7 (waited 10 s)');
  fs.remove('/w/lock');
  types('node list\r');
  await sees('replica3');
});

test('history is kept for its owner only, without answers to questions', async () => {
  const first = startShell(folder);
  await first.sees('onebox> ');
  first.types('version\r');
  await first.sees('onebox> ');
  first.types('version\r');
  await first.sees('onebox> ');
  first.types('reset\r');
  await first.sees('go on');
  first.types('secret\r');
  await first.sees('onebox> ');
  first.types('exit\r');
  await first.ended;
  expect(readFileSync(first.history, 'utf8')).toBe('version\nreset\n');
  expect(statSync(first.history).mode & 0o777).toBe(0o600);
  const second = startShell(folder);
  await second.sees('onebox> ');
  second.types('\x1b[A\x1b[A\r');
  await second.sees(`pegsh ${version}`);
  expect(existsSync(second.history)).toBe(true);
});

test('what is typed while a command runs is there at the next prompt', async () => {
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  types('clock advance 1h\rversion\rhelp ');
  await sees('UTC');
  await sees(`pegsh ${version}`);
  types('run\r');
  await sees('usage: run FILE');
});

test('secrets, and lines that begin with a blank, are not kept', async () => {
  const { sees, types, history } = startShell(folder);
  await sees('onebox> ');
  types(' version\r');
  await sees('onebox> ');
  types('set user password x\r');
  await sees('onebox> ');
  types('version\r');
  await sees(`pegsh ${version}`);
  await sees('onebox> ');
  expect(readFileSync(history, 'utf8')).toBe('version\n');
  types('\x1b[A');
  await sees('version');
  types('\x1b[A\x15help version\r');
  await sees('version: Show the version');
});

test('--plain-prompt is the prompt of the dialect', async () => {
  const go = startShell(folder, { environment: { PEGSH_PLAIN_PROMPT: '1' } });
  await go.sees('Pegasus-AdminCli-1.2.0 » ');
  const cpp = startShell(folder, { environment: { PEGSH_PLAIN_PROMPT: '1', PEGSH_DIALECT: 'cpp-shell' } });
  await cpp.sees('>>> ');
});

test('what is missing is asked for, from a list where there is one', async () => {
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  types('create table users -p 4\r');
  await sees('onebox> ');
  types('cluster create B\r');
  await sees('onebox> ');
  types('add_dup\r');
  await sees('app_name');
  await sees('users  (4 partitions)');
  types('\r');
  await sees('remote_cluster_name');
  types('B');
  await sees('B  (3 replica servers)');
  types('\r');
  await sees('adding duplication succeed');
});

test('no answer leaves the error of the program', async () => {
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  types('get\r');
  await sees('hash_key');
  types('\x03');
  await sees('error: interrupted');
  await sees('onebox> ');
});

test('lines that a command asks for are typed at its own prompt, and not kept', async () => {
  const { sees, types, history } = startShell(folder);
  await sees('onebox> ');
  types('create table users -p 4\r');
  await sees('onebox> ');
  types('use users\r');
  await sees('onebox:users> ');
  types('check_and_mutate h -c a -t not_exist\r');
  await sees('>>> ');
  types('set b 2\r');
  await sees('>>> ');
  types('ok\r');
  await sees('onebox:users> ');
  types('get h b\r');
  await sees('"2"');
  await sees('onebox:users> ');
  expect(readFileSync(history, 'utf8').split('\n')).not.toContain('set b 2');
  types('check_and_mutate h -c a -t not_exist\r');
  await sees('>>> ');
  types('set b 3\x03');
  await sees('error: interrupted');
  await sees('onebox:users> ');
});

test('pasted lines are run by Enter, until one fails', async () => {
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  types('\x1b[200~version\n# a comment\nverson\nclock\n\x1b[201~');
  await sees('clock');
  types('\r');
  await sees(`pegsh ${version}`);
  await sees('unknown command "verson"');
  await sees('pegsh: 1 line below it not run');
});

test('Ctrl-C stops a simulation, which asks nothing of the workspace', async () => {
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  types('sim --runs 100000\r');
  await sees('100000');
  types('\x03');
  await sees('error: interrupted');
  await sees('onebox> ');
});

test('Ctrl-C stops a command that waits for ever, and nothing of it goes on', async () => {
  const { sees, types } = startShell(folder);
  await sees('onebox> ');
  types('wait --for=node=unalive --node replica1 --timeout 36500d\r\x03');
  types('version\r');
  await sees('unalive');
  types('\x03');
  await sees('error: interrupted');
  await sees('onebox> ');
  types('clock\r');
  await sees('UTC');
});
