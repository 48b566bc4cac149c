import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { argh, rejection } from '../../src/commands/grammar/argh.ts';
import { getopt } from '../../src/commands/grammar/getopt.ts';
import { grumble } from '../../src/commands/grammar/grumble.ts';
import { int32, int64, uint32 } from '../../src/commands/grammar/numbers.ts';
import { usageBlock } from '../../src/commands/grammar/usage.ts';
import { wordBytes } from '../../src/commands/grammar/words.ts';
import { wordOfBytes } from '../../src/shell/word-of-bytes.ts';

const parsed = (...words: string[]) => {
  const { positional, flags, params } = argh(words);
  return { positional, flags: [...flags], params: Object.fromEntries(params) };
};

describe('argh', () => {
  test('an option takes the next word, whatever it is', () => {
    expect(parsed('-f', 'temp')).toEqual({ positional: [], flags: [], params: { f: 'temp' } });
  });

  test('before another option, or at the end, it is a flag', () => {
    expect(parsed('temp', '-f', '-i')).toEqual({ positional: ['temp'], flags: ['f', 'i'], params: {} });
  });

  test('dashes do not count, the first value wins, a value may hold an equals sign', () => {
    expect(parsed('---p', '4', '-p=8', '-e=k=v')).toEqual({
      positional: [],
      flags: [],
      params: { p: '4', e: 'k=v' },
    });
    expect(parsed('--').flags).toEqual(['--']);
  });

  test('numbers are no options, as a C++ stream reads them', () => {
    expect(parsed('-4', '-5abc', '-.5', '--').positional).toEqual(['-4', '-5abc', '-.5']);
    expect(parsed('-1e').flags).toEqual(['1e']);
    expect(parsed('-1.e', '-1e-').flags).toEqual(['1.e', '1e-']);
    expect(parsed('-1.e5', '-5e+1', '-5e-07x').positional).toEqual(['-1.e5', '-5e+1', '-5e-07x']);
    expect(parsed('-p', '-4').params).toEqual({ p: '-4' });
  });

  test('where values come by equals sign only, the next word stays', () => {
    const { positional, flags } = argh(['-d', 'temp'], { valuesByEqualsOnly: true });
    expect([positional, [...flags]]).toEqual([['temp'], ['d']]);
  });

  test('what is wrong, in order', () => {
    const accepted = { params: ['p'], flags: ['f'], positional: 1 };
    expect(rejection(argh(['a', 'b']), accepted)).toMatch(/exact 1 positional argument$/);
    expect(rejection(argh(['a', '-z', '1']), accepted)).toBe('unknown param z = 1');
    expect(rejection(argh(['a', '-p']), accepted)).toBe('missing value of p');
    expect(rejection(argh(['a', '-z']), accepted)).toBe('unknown flag');
    expect(rejection(argh(['a', '-p', '1', '-f']), accepted)).toBeUndefined();
  });
});

describe('getopt_long', () => {
  const options = [
    { letter: 'd', long: 'detailed', takesValue: false },
    { letter: 'r', long: 'resolve_ip', takesValue: false },
    { letter: 'u', long: 'resource_usage', takesValue: false },
    { letter: 'o', long: 'output', takesValue: true },
    { letter: 'j', long: 'json', takesValue: false },
    { letter: 'x', takesValue: false },
  ];
  const read = (...words: string[]) => {
    const seen: string[] = [];
    getopt('app', words, options, ({ letter }, value) => seen.push(letter + value));
    return seen;
  };

  test('options and words may be mixed, short ones joined, long ones shortened', () => {
    const seen = read('temp', '-dof', '--js', '--output=x', 'more', '-x', '--', '-d');
    expect(seen).toEqual(['d', 'of', 'j', 'ox', 'x']);
  });

  test.each([
    [['-z'], "app: invalid option -- 'z'"],
    [['--zzz'], "app: unrecognized option '--zzz'"],
    [['--zzz=1'], "app: unrecognized option '--zzz=1'"],
    [['--res=1'], "app: option '--res=1' is ambiguous; possibilities: '--resolve_ip' '--resource_usage'"],
    [['-o'], "app: option requires an argument -- 'o'"],
    [['--output'], "app: option '--output' requires an argument"],
    [['--res'], "app: option '--res' is ambiguous; possibilities: '--resolve_ip' '--resource_usage'"],
    [['--json=1'], "app: option '--json' doesn't allow an argument"],
    [['-d', '-3'], "app: invalid option -- '3'"],
  ])('%j', (words, message) => {
    expect(() => read('temp', ...words)).toThrow(message);
  });
});

describe('grumble', () => {
  const spec = {
    command: 'x',
    flags: [
      { long: 'name', short: 'n', type: 'string', help: '', default: '' },
      { long: 'count', short: 'c', type: 'int', help: '', default: 4 },
      { long: 'force', short: 'f', type: 'bool', help: '', default: false },
    ],
    args: [{ name: 'table', help: '' }],
  } as const;
  const read = (...words: string[]) => grumble(words, spec);

  test('values by blank or equals sign; an empty one takes the next word', () => {
    const { flags, args } = read('--name="a b"', '-c=', '-2', '-f=true', 't');
    expect([Object.fromEntries(flags), args]).toEqual([{ name: 'a b', count: -2, force: true }, ['t']]);
  });

  test('a flag without words takes its default', () => {
    expect(read('t').flags.get('count')).toBe(4);
  });

  test.each([
    [['-'], 'invalid flag: -'],
    [['-cf', 't'], 'invalid flag: -cf'],
    [['--bad=1', 't'], 'invalid flag: --bad'],
    [['-c', '99999999999999999999', 't'], 'invalid int value for flag: -c'],
    [['-f=maybe', 't'], 'invalid boolean value for flag: -f'],
    [['--count'], 'missing int value for flag: --count'],
    [[], "missing argument 'table'"],
    [['t', '-f', 'u'], "invalid usage of command 'x' (unconsumed input '-f u'), try 'help'"],
  ])('%j', (words, message) => {
    expect(() => read(...words)).toThrow(message);
  });

  test('arguments that may be left out, lists and numbers', () => {
    const args = [
      { name: 'id', help: '', type: 'int' },
      { name: 'name', help: '', default: '' },
    ] as const;
    const of = (...words: string[]) => grumble(words, { command: 'x', flags: [], args }).args;
    expect(of('3')).toEqual(['3', '']);
    expect(of('3', 'a')).toEqual(['3', 'a']);
    expect(() => of('x')).toThrow("invalid int value 'x' for argument: id");
    const list = [{ name: 'command', help: '', type: 'string list' }] as const;
    expect(grumble(['a', '-b', 'c'], { command: 'x', flags: [], args: list }).args).toEqual(['a', '-b', 'c']);
  });

  test('help stands before every other check', () => {
    expect(read('-h', 'a', 'b', 'c').help).toBe(true);
  });
});

test('numbers in base 0, the whole text', () => {
  expect([' 12', '+7', '-0x1F', '010', '0'].map(int32)).toEqual([12, 7, -31, 8, 0]);
  expect(['', '1 ', '08', '1e3', '2147483648', '--1'].map(int32)).toEqual(Array(6).fill(undefined));
  expect(int64('-9223372036854775808')).toBe(-(2n ** 63n));
  expect(['-1', '-0', '4294967295'].map(uint32)).toEqual([undefined, 0, 4294967295]);
});

test('a word gives back every byte', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(wordBytes(wordOfBytes(bytes))).toEqual(bytes);
    }),
  );
});

test('usage is cut behind brackets, as wide as it takes', () => {
  const usage =
    'recover [-f|--node_list_file file_name] [-s|--node_list_str str] [-w|--wait_seconds num] [-b|--skip_bad_nodes] ' +
    '[-l|--skip_lost_partitions] [-o|--output file_name]';
  expect(usageBlock(usage)).toBe(
    '\trecover                    [-f|--node_list_file file_name] [-s|--node_list_str str]\n' +
      '\t                           [-w|--wait_seconds num] [-b|--skip_bad_nodes]\n' +
      '\t                           [-l|--skip_lost_partitions] [-o|--output file_name]\n',
  );
  expect(usageBlock('help')).toBe('\thelp                       \n');
});
