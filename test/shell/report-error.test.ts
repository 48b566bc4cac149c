import { expect, test } from 'vitest';
import { shownFailure } from '../../src/shell/report-error.ts';

const FAILURE = { code: 'ERR_BUSY', message: 'no', hint: 'later' };
const TERMINAL = { interactive: true, color: true };

test('people at a terminal see the label of an error in red and bold; what goes elsewhere has none of it', () => {
  const plain = 'error: no (ERR_BUSY)\nhint: later\n';
  expect(shownFailure(FAILURE, 'pegsh', TERMINAL, false)).toBe(`\x1b[31;1merror: \x1b[0m${plain.slice(7)}`);
  expect(shownFailure(FAILURE, 'pegsh', TERMINAL, true)).toBe(plain);
  expect(shownFailure(FAILURE, 'pegsh', { interactive: true, color: false }, false)).toBe(plain);
  expect(shownFailure(FAILURE, 'pegsh', { interactive: false, color: true }, false)).toBe(plain);
});

test('words that were typed cannot drive the terminal from within an error', () => {
  const failure = { code: 'USAGE', message: 'ERROR: parse \x1b[2J\x07 as ttl failed\nUSAGE: \tset' };
  expect(shownFailure(failure, 'cpp-shell', TERMINAL, false)).toBe(
    'ERROR: parse \\x1B[2J\\x07 as ttl failed\nUSAGE: \tset\n',
  );
});
