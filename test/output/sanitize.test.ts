import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sanitize } from '../../src/output/sanitize.ts';
import { escapeBytes, unescapeBytes } from '../../src/rpc/idl/escaped-bytes.ts';

/** The recorded 19 bytes and their two forms. */
const bytes = Uint8Array.from(Buffer.from('a"b\'c\\d\n\r\t\x01\x7f你 ~\0z'));

test('keys and values as recorded', () => {
  expect(escapeBytes(bytes)).toBe('a\\"b\\\'c\\\\d\\n\\r\\t\\x01\\x7F\\xE4\\xBD\\xA0 ~\\x00z');
  expect(escapeBytes(bytes, true)).toBe(
    '\\x61\\x22\\x62\\x27\\x63\\x5C\\x64\\x0A\\x0D\\x09\\x01\\x7F\\xE4\\xBD\\xA0\\x20\\x7E\\x00\\x7A',
  );
});

test('what is escaped comes back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.boolean(), (any, always) => {
      expect(unescapeBytes(escapeBytes(any, always))).toEqual(any);
    }),
  );
});

test.each(['a\\q', 'a\\x4', 'é', '\t', '\\'])('%j is no escaped text', (text) => {
  expect(unescapeBytes(text)).toBeUndefined();
});

test('no control character but newline survives', () => {
  expect(sanitize('a\x1b[31m\r\x07\x9b\nb')).toBe('a\\x1B[31m\\x0D\\x07\\x9B\nb');
  expect(sanitize('表 é')).toBe('表 é');
});
