import { describe, expect, test } from 'vitest';
import { parseExpectation } from '../../src/operations/expectation.ts';

const ANSWER = {
  exitCode: 1,
  text: 'two\nlines of text\n',
  reply: () => ({
    err: 'ERR_OK',
    none: null,
    rows: [
      { name: 'a', size: 1, on: true },
      { name: 'b c', size: 20, on: true },
    ],
  }),
};

test.each([
  'exit 1',
  '/lines .* text/',
  '/^lines/',
  '/TWO/i',
  '/two.lines/s',
  'not /three/',
  '$.err',
  '$.none',
  'not $.nothing',
  '$.err == ERR_OK',
  "$.err == 'ERR_OK'",
  '$.err == "ERR_OK"',
  '$.err != ERR_TIMEOUT',
  '$.none == null',
  '$.rows[1].size == 20',
  '$.rows[*].size >= 1',
  '$.rows[*].size < 21',
  '$.rows[*].on == true',
  "$.rows[?@.name == 'b c'].size > 19",
  '$["rows"][0].name ~ /^[ab]$/',
  '$.rows[0] == {"name":"a","on":true,"size":1}',
  'count $.rows[*] == 2',
  'count $.nothing == 0',
])('holds: %s', (line) => {
  expect(parseExpectation(line)(ANSWER)).toBeUndefined();
});

test.each([
  ['exit 0', 'the exit code is 1'],
  ['/three/', 'the answer is\n  two\n  lines of text'],
  ['not /two/', 'the answer is\n  two\n  lines of text'],
  ['$.nothing', 'there is nothing at $.nothing'],
  ['$.nothing == 1', 'there is nothing at $.nothing'],
  ['not $.err', 'there is "ERR_OK"'],
  ['$.err == ERR_TIMEOUT', 'there is "ERR_OK"'],
  ['$.rows[*].size > 1', 'there is 1, 20'],
  ['$.err < 3', 'there is "ERR_OK"'],
  ['count $.rows[*] > 2', 'there is 2'],
])('does not hold: %s', (line, seen) => {
  expect(parseExpectation(line)(ANSWER)).toBe(seen);
});

describe('what is no expectation is a mistake of the one who wrote it', () => {
  test.each([
    'everything',
    'exit',
    '/(/',
    '$[',
    '$.a === 1',
    '$.a < many',
    '$.a ~ b',
    'count $.a',
    'not $.a == 1',
  ])('%s', (line) => {
    expect(() => parseExpectation(line)).toThrow(expect.objectContaining({ name: 'UsageError' }));
  });
});
