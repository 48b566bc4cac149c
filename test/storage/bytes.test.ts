import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesToText, textToBytes } from '../../src/engine/storage/bytes.ts';

test('plain text stays as it is, the rest is escaped', () => {
  expect(bytesToText(Buffer.from('user_1: ~"ok"'))).toBe('user_1: ~"ok"');
  expect(bytesToText(Uint8Array.of(0, 0x1f, 0x20, 0x5c, 0x7e, 0x7f, 0xff))).toBe(
    '\\x00\\x1f \\x5c~\\x7f\\xff',
  );
});

test('every bytes come back, and different bytes have different texts', () => {
  const plain = fc.uint8Array({ min: 0x61, max: 0x7a, maxLength: 400 });
  const any = fc.oneof(fc.uint8Array(), fc.uint8Array({ minLength: 20, maxLength: 400 }), plain);
  fc.assert(
    fc.property(any, any, (a, b) => {
      const text = bytesToText(a);
      expect(text).toMatch(/^[ -~]*$/);
      expect(textToBytes(text)).toEqual(a);
      expect(bytesToText(b) === text).toBe(Buffer.compare(a, b) === 0);
    }),
  );
});
