import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseRecords, type RecordFormat } from '../../src/operations/records-file.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

function read(text: string | Uint8Array, format: RecordFormat = 'tsv') {
  const records = parseRecords(typeof text === 'string' ? bytes(text) : text, format, 'f');
  return records.map((record) =>
    [record.hashKey, record.sortKey, record.value].map((part) => Buffer.from(part)),
  );
}

test('TSV: three fields, with or without a last newline, with either line end', () => {
  const expected = [
    ['h', 's', 'v'],
    ['h', '', 'Zürich 北京'],
  ].map((fields) => fields.map((field) => Buffer.from(field)));
  expect(read('h\ts\tv\nh\t\tZürich 北京\n')).toEqual(expected);
  expect(read('h\ts\tv\r\n\r\nh\t\tZürich 北京')).toEqual(expected);
});

test('TSV: escapes, and bytes that are no UTF-8 as they are', () => {
  expect(read('a\\tb\tc\\nd\te\\\\\\x00\\xFf\\r')[0]).toEqual([
    Buffer.from('a\tb'),
    Buffer.from('c\nd'),
    Buffer.from([0x65, 0x5c, 0x00, 0xff, 0x0d]),
  ]);
  expect(read(Uint8Array.of(0xff, 9, 0xc3, 9, 0x80))[0]).toEqual(
    [[0xff], [0xc3], [0x80]].map((one) => Buffer.from(one)),
  );
});

test('TSV: every bad line is told with its number, ten at most', () => {
  expect(() => read('a\tb\n\nh\ts\tv\na\tb\tc\\q\na\tb\tc\\')).toThrow(
    [
      'f:1: 3 fields between tabs are needed, here are 2',
      'f:4: \\q is no escape: a backslash is written \\\\',
      'f:5: \\ is no escape: a backslash is written \\\\',
    ].join('\n'),
  );
  expect(() => read('x\n'.repeat(12))).toThrow(/f:10: .*\n… and 2 more$/);
});

test('TSV: names of JavaScript are no escapes', () => {
  expect(() => read('a\tb\t\\constructor')).toThrow('\\c is no escape');
});

test('JSON lines: texts or base64, each of the three on its own', () => {
  const line = JSON.stringify({ hash_key: 'ü', sort_key_base64: '/wA=', value: '' });
  expect(read(line, 'jsonl')).toEqual([[Buffer.from('ü'), Buffer.from([0xff, 0]), Buffer.alloc(0)]]);
});

test.each([
  ['{', 'f:1: no JSON'],
  ['[1]', 'f:1: a JSON object is needed'],
  ['null', 'f:1: a JSON object is needed'],
  ['{"hash_key":"a","sort_key":"b"}', 'f:1: value is needed, a text, or value_base64'],
  ['{"hash_key":1,"sort_key":"b","value":"c"}', 'f:1: hash_key is needed'],
  ['{"hash_key":"a","sort_key":"b","value_base64":"%%"}', 'f:1: value_base64 is no base64'],
  [
    '{"hash_key":"a","hash_key_base64":"YQ==","sort_key":"b","value":"c"}',
    'hash_key and hash_key_base64 are both there',
  ],
  ['{"__proto__":{"hash_key":"a"},"sort_key":"b","value":"c"}', 'f:1: hash_key is needed'],
])('JSON lines: %s is refused', (line, message) => {
  expect(() => read(line, 'jsonl')).toThrow(message);
});

test('the example records are at least ten thousand, of different keys, and what their maker writes', () => {
  const file = readFileSync('examples/records-10k.tsv');
  const records = parseRecords(file, 'tsv', 'examples/records-10k.tsv');
  const keys = records.map(({ hashKey, sortKey }) =>
    Buffer.concat([hashKey, Buffer.of(0), sortKey]).toString('hex'),
  );
  expect(new Set(keys).size).toBe(records.length);
  expect(records.length).toBeGreaterThanOrEqual(10_000);
  const made = execFileSync(process.execPath, ['examples/make-records.js'], { maxBuffer: 2 ** 24 });
  expect(made.equals(file)).toBe(true);
});
