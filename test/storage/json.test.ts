import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32, findFlip } from '../../src/engine/storage/checksum.ts';
import { syntaxErrorOffset } from '../../src/engine/storage/json.ts';

test('what JSON.parse accepts has no error before its end, and cut anywhere the error is at the cut', () => {
  fc.assert(
    fc.property(fc.object({ maxDepth: 3 }), fc.boolean(), fc.nat(), (value, spaced, at) => {
      const text = JSON.stringify(value, null, spaced ? 2 : 0);
      expect(syntaxErrorOffset(text)).toBe(text.length);
      const cut = text.slice(0, at % text.length);
      const offset = syntaxErrorOffset(cut);
      // A token that is cut is wrong from its own beginning.
      expect(offset).toBeLessThanOrEqual(cut.length);
      expect(() => JSON.parse(text.slice(0, offset))).toThrow();
    }),
  );
});

test.each([
  ['{"a": 1 "b": 2}', 8],
  ['{"a": 01}', 7],
  ['[1, 2}', 5],
  ['{"a":1,}', 7],
  ['[1,]', 3],
  ['{} x', 3],
  ['{a: 1}', 1],
  ['"a\nb"', 0],
  ["{'a': 1}", 1],
  ['<<<<<<< HEAD', 0],
])('%j is wrong at %i', (text, offset) => {
  expect(syntaxErrorOffset(text)).toBe(offset);
});

test('crc32 is the usual one', () => {
  expect(crc32(Buffer.from('123456789'))).toBe('cbf43926');
  expect(crc32(new Uint8Array())).toBe('00000000');
});

test('a single changed byte is found by what it does to the checksum, and what it was', () => {
  const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat(), (written, at, change, seed) => {
      const offset = at % written.length;
      const changed = Uint8Array.from(written);
      changed[offset]! ^= change;
      const flip = findFlip(changed, crc32(changed, seed), crc32(written, seed));
      expect(flip).toEqual({ offset, was: written[offset] });
      expect(findFlip(written, crc32(written), crc32(written))).toBeUndefined();
    }),
  );
});
