import { expect, test } from 'vitest';
import { expand, type Variables } from '../../../src/shell/script/variables.ts';

const VARIABLES: Variables = {
  positional: ['users', 'two words', 'a"b\\c', '', '5', '6', '7', '8', '9', 'tenth'],
  named: { HOME: '/home/me', EMPTY: '' },
};

test.each([
  ['drop $1', 'drop users'],
  ['drop ${1}2', 'drop users2'],
  ['set k $2 ${10}', 'set k "two words" tenth'],
  ['set k "is $2"', 'set k "is two words"'],
  ['set k $3 "$3"', String.raw`set k "a\"b\\c" "a\"b\\c"`],
  ['set k $4', 'set k ""'],
  ["set k '$1' v", "set k '$1' v"],
  ['set k \\$1 $ $x "$"', 'set k $1 $ $x "$"'],
  ['load ${HOME}/x', 'load /home/me/x'],
  ['use ${TABLE:-temp}', 'use temp'],
  ['use ${EMPTY:-temp} ${HOME:-x}', 'use temp /home/me'],
  ['set a "\\"$1\\"" \'\\\' $1', 'set a "\\"users\\"" \'\\\' users'],
])('%s', (line, expanded) => {
  expect(expand(line, VARIABLES)).toBe(expanded);
});

test('a name without a value is refused: nothing is guessed', () => {
  expect(() => expand('drop $1', { positional: [], named: {} })).toThrow('argument $1 is not given');
  expect(() => expand('drop ${TABLE}', VARIABLES)).toThrow('${TABLE} has no value');
});

test('where no arguments can be given, $1 is only text', () => {
  expect(expand('set k s $1', { named: {} })).toBe('set k s $1');
});

test('in a check a value is put in as it is, and a regular expression keeps its backslashes', () => {
  expect(expand("expect /^$2 \\$5 '$1'$/", VARIABLES, true)).toBe("expect /^two words \\$5 'users'$/");
});
