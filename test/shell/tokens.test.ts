import { describe, expect, test } from 'vitest';
import { splitAdminCli, splitCppShell, splitLines } from '../../src/shell/tokens.ts';
import { wordOfBytes } from '../../src/shell/word-of-bytes.ts';
import vectors from './shlex.json' with { type: 'json' };

describe('admin-cli', () => {
  test.each(vectors.filter((vector) => vector.err === undefined))('splits $in', ({ in: line, out }) => {
    expect(splitAdminCli(line)).toEqual(out ?? []);
  });

  test.each(vectors.filter((vector) => vector.err !== undefined))('refuses $in', ({ in: line, err }) => {
    expect(() => splitAdminCli(line)).toThrow(`invalid args: ${err}`);
  });
});

describe('the C++ shell', () => {
  test.each([
    ['set a b "c\\x41\\n\\q"', ['set', 'a', 'b', 'cA\nq']],
    ['set \'it\\\'s\' "x\\"y"', ['set', "it's", 'x"y']],
    ['set "" \'\'', ['set', '', '']],
    ['a"b c"', ['ab c']],
    ['a\\nb', ['a\\nb']],
    ['  set\t a\r\n', ['set', 'a']],
    ['a\vb \v c', ['a\vb', 'c']],
    ['"a"\vb \'c\'\fd', ['a', 'b', 'c', 'd']],
    ['"\\xc3\\xa9"', ['é']],
    ['"\\x4"', ['x4']],
    ["'\\n'", ['\\n']],
    ['   ', []],
    ['a\0b', ['a']],
  ])('splits %j', (line, words) => {
    expect(splitCppShell(line)).toEqual(words);
  });

  test.each(['set "a"b', 'set a"b c"d e', 'set "a', "set 'a"])('refuses %j', (line) => {
    expect(() => splitCppShell(line)).toThrow('Invalid argument(s)');
  });

  test('a byte that is no UTF-8 is one lone surrogate', () => {
    expect(splitCppShell('"a\\xff\\xc3z"')).toEqual(['a\udcff\udcc3z']);
  });
});

test('every byte string has its own word', () => {
  const words = Array.from({ length: 256 }, (_, byte) => wordOfBytes(Uint8Array.of(0x41, byte, 0x42)));
  expect(new Set(words).size).toBe(256);
  expect(wordOfBytes(Buffer.from('日本'))).toBe('日本');
});

test.each([
  ['a; b', ['a', ' b']],
  ['set k "a;b"; ls', ['set k "a;b"', ' ls']],
  ["echo 'x;y'", ["echo 'x;y'"]],
  ['a "\\";" b;c', ['a "\\";" b', 'c']],
  ['a\nb', ['a', 'b']],
])('-c splits %j', (text, lines) => {
  expect(splitLines(text)).toEqual(lines);
});
