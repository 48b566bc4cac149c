import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { bytesTextSchema } from '../../src/engine/documents/bytes.ts';
import { bytesToText, textToBytes } from '../../src/engine/storage/bytes.ts';

test('plain text stays as it is, the rest is escaped', () => {
  expect(bytesToText(Buffer.from('user_1: ~"ok"'))).toBe('user_1: ~"ok"');
  expect(bytesToText(Uint8Array.of(0, 0x1f, 0x20, 0x5c, 0x7e, 0x7f, 0xff))).toBe(
    '\\x00\\x1f \\x5c~\\x7f\\xff',
  );
});

test('what is long and no text is in base64', () => {
  const short = bytesToText(new Uint8Array(63));
  expect(short).toBe('\\x00'.repeat(63));
  const bytes = new Uint8Array(64);
  expect(bytesToText(bytes)).toBe(`\\=${Buffer.from(bytes).toString('base64')}`);
  expect(bytesToText(Buffer.from('Für Elise '.repeat(9)))).toBe('F\\xc3\\xbcr Elise '.repeat(9));
});

test('every bytes come back, and different bytes have different texts', () => {
  const plain = fc.uint8Array({ min: 0x61, max: 0x7a, maxLength: 400 });
  const mixed = fc.tuple(fc.uint8Array({ minLength: 20, maxLength: 200 }), plain);
  const any = fc.oneof(
    fc.uint8Array(),
    fc.uint8Array({ minLength: 20, maxLength: 400 }),
    plain,
    mixed.map(([one, other]) => Uint8Array.of(...one, ...other)),
  );
  fc.assert(
    fc.property(any, any, (a, b) => {
      const text = bytesToText(a);
      expect(text).toMatch(/^[ -~]*$/);
      expect(v.is(bytesTextSchema, text)).toBe(true);
      expect(textToBytes(text)).toEqual(a);
      expect(bytesToText(b) === text).toBe(Buffer.compare(a, b) === 0);
    }),
  );
});
