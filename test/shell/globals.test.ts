import { expect, test } from 'vitest';
import { globalsOfEnvironment, readGlobals, takeSwitches } from '../../src/shell/globals.ts';

const none = globalsOfEnvironment({});

test('flags end at the command word', () => {
  const { globals, rest } = readGlobals(['-C', 'B', '--json', 'nodes', '-d', '--json'], none);
  expect(globals).toMatchObject({ cluster: 'B', json: true });
  expect(rest).toEqual(['nodes', '-d', '--json']);
});

test.each([
  [['--cluster=B', 'ls'], { cluster: 'B' }],
  [['-w', '/x', 'ls'], { workspace: '/x' }],
  [['--dialect', 'cpp-shell', 'ls'], { dialect: 'cpp-shell' }],
  [['-c', 'ls; nodes'], { command: 'ls; nodes' }],
])('%j', (words, expected) => {
  expect(readGlobals(words, none).globals).toMatchObject(expected);
});

test('the environment comes first, flags win', () => {
  const environment = { PEGSH_CLUSTER: 'A', PEGSH_JSON: '1', NO_COLOR: '', PEGSH_WORKSPACE: '/w' };
  const base = globalsOfEnvironment(environment);
  expect(base).toMatchObject({ cluster: 'A', json: true, noColor: false, workspace: '/w' });
  expect(readGlobals(['-C', 'B'], base).globals.cluster).toBe('B');
});

test('a switch set to 0 is off', () => {
  expect(globalsOfEnvironment({ PEGSH_JSON: '0' }).json).toBe(false);
});

test.each([
  [['--nonsense', 'ls'], 'unknown flag --nonsense'],
  [['-w'], '-w needs a value: -w DIR'],
  [['--json=1', 'ls'], '--json takes no value'],
  [['--dialect', 'go', 'ls'], '--dialect is admin-cli or cpp-shell, not "go"'],
])('refuses %j', (words, message) => {
  expect(() => readGlobals(words, none)).toThrow(message);
});

test('own commands take switches after their name, up to --', () => {
  const { globals, rest } = takeSwitches(['--yes', 'X', '--json', '--', '--yes'], none);
  expect(globals).toMatchObject({ yes: true, json: true });
  expect(rest).toEqual(['X', '--', '--yes']);
});
