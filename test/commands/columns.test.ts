import { expect, test } from 'vitest';
import { columns, fields } from '../../src/commands/pegsh/shared/columns.ts';

const HEAD = ['', 'name', 'state'];
const ROWS = [
  ['*', 'meta1', { state: 'running', tone: 'good' }],
  ['', '表\x1b[31m', { state: 'killed', tone: 'bad' }],
] as const;

test('columns of blanks; a state has its colour, data has none', () => {
  expect(columns(HEAD, ROWS)).toBe(
    '   NAME        STATE\n*  meta1       \x1b[32mrunning\x1b[0m\n   表\\x1B[31m  \x1b[31mkilled\x1b[0m\n',
  );
});

test('where there is no room for the columns, one name and value a line', () => {
  expect(columns(HEAD, ROWS, 15)).toBe(
    '       *\nname   meta1\nstate  \x1b[32mrunning\x1b[0m\n\nname   表\\x1B[31m\nstate  \x1b[31mkilled\x1b[0m\n',
  );
  expect(columns(HEAD, ROWS, 22)).toContain('NAME');
});

test('long lists look as short ones do', () => {
  const row = ROWS[0];
  const short = columns(
    HEAD,
    Array.from({ length: 200 }, () => row),
  ).split('\n');
  const long = columns(
    HEAD,
    Array.from({ length: 201 }, () => row),
  ).split('\n');
  expect(long.slice(0, 201)).toEqual(short.slice(0, 201));
  expect(long).toHaveLength(short.length + 1);
});

test('fields stand in one column', () => {
  expect(
    fields([
      ['a', 1],
      ['long', 'x\ny'],
      ['none', ''],
    ]),
  ).toBe('a     1\nlong  x\\ny\nnone\n');
});
