import { expect, test } from 'vitest';
import { durationMs, durationText } from '../../../src/commands/grammar/duration.ts';
import { oneOf, readOwn, wholeNumber } from '../../../src/commands/grammar/own.ts';
import { MissingArgument, UsageError } from '../../../src/errors.ts';

const form = {
  command: 'cluster create',
  words: ['NAME'],
  values: ['metas', 'defect'],
  switches: ['auth'],
};

test('a value stands after = or in the next word, and a flag may come anywhere', () => {
  const typed = readOwn(['--metas=1', 'A', '--auth', '--defect', '2098', '--defect=2015'], form);
  expect(typed.words).toEqual(['A']);
  expect(typed.value('metas')).toBe('1');
  expect(typed.valuesOf('defect')).toEqual(['2098', '2015']);
  expect(typed.has('auth')).toBe(true);
});

test('a value may hold = and begin with a dash', () => {
  expect(readOwn(['A', '--metas=a=b'], form).value('metas')).toBe('a=b');
  expect(readOwn(['A', '--metas', '-1'], form).value('metas')).toBe('-1');
});

test('what is left out is absent', () => {
  const typed = readOwn(['A'], form);
  expect(typed.value('metas')).toBeUndefined();
  expect(typed.valuesOf('defect')).toEqual([]);
  expect(typed.has('auth')).toBe(false);
});

test('after -- a word that looks like a flag is a word', () => {
  expect(readOwn(['--', '--auth'], form).words).toEqual(['--auth']);
});

test('an unknown flag is named, with those that there are', () => {
  expect(() => readOwn(['A', '--nodes=3'], form)).toThrow('cluster create has no flag --nodes');
  try {
    readOwn(['A', '-auth'], form);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).hint).toBe('it takes --metas, --defect, --auth');
  }
});

test('a switch takes no value, and a value is not left out', () => {
  expect(() => readOwn(['A', '--auth=yes'], form)).toThrow('--auth takes no value');
  expect(() => readOwn(['A', '--metas'], form)).toThrow('--metas needs a value');
});

test('too few words ask for the one that is missing, too many name the first', () => {
  expect(() => readOwn([], form)).toThrow(MissingArgument);
  expect(() => readOwn(['A', 'B', 'C'], form)).toThrow('cluster create takes no further word: "B"');
  const pair = { command: 'cluster config', words: ['NAME', '[KEY]', '[VALUE]'] };
  expect(readOwn(['A'], pair).words).toEqual(['A']);
  expect(() => readOwn(['A', 'b', 'c', 'd'], pair)).toThrow('"d"');
});

test('a repeated word takes all that is left, and at least one', () => {
  const nodes = { command: 'node stop', words: ['NODE…'] };
  expect(readOwn(['meta1', 'replica1'], nodes).words).toEqual(['meta1', 'replica1']);
  try {
    readOwn([], nodes);
    expect.unreachable();
  } catch (error) {
    expect((error as MissingArgument).argument).toBe('NODE');
  }
});

test('numbers and choices are checked', () => {
  expect(wholeNumber('12', '--metas')).toBe(12);
  for (const text of ['', '-1', '1.5', '1e3', '9999999999999999']) {
    expect(() => wholeNumber(text, '--metas')).toThrow('--metas takes a whole number');
  }
  expect(oneOf('manual', ['realtime', 'manual'], 'the mode')).toBe('manual');
  expect(() => oneOf('x', ['realtime', 'manual'], 'the mode')).toThrow(
    'the mode is realtime or manual, not "x"',
  );
});

test.each([
  ['500ms', 500],
  ['10s', 10_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['30d', 2_592_000_000],
  ['0s', 0],
])('%s is %d ms', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each(['', '10', 's', '1.5s', '-1s', '1h30m', '10 s', '1y', '36501d'])('"%s" is no duration', (text) => {
  expect(() => durationMs(text)).toThrow(UsageError);
});

test.each([
  [0, '0ms'],
  [999, '999ms'],
  [2500, '2.5s'],
  [9999, '10s'],
  [10_400, '10s'],
  [60_000, '1m'],
  [70_000, '1m10s'],
  [3_661_000, '1h1m'],
  [97 * 3_600_000, '4d1h'],
])('%d ms are shown as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
