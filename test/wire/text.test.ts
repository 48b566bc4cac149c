import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesOfEscapedText, textOfBytes } from '../../src/rpc/codec/text.ts';

function bytesOf(text: string): Buffer {
  return bytesOfEscapedText(text) ?? Buffer.from(text);
}

test.each([
  ['ab', 'ab'],
  ['ac', 'ac'],
  ['\u00c3', '\u00c3'],
  ['\u00e9', '\u00e9'],
])('%j comes back, whatever of the same length came before', (written, read) => {
  expect(textOfBytes(Buffer.from(written))).toBe(read);
});

test('any bytes come back from their text, as often as they are read', () => {
  const short = fc.uint8Array({ minLength: 1, maxLength: 3 });
  const ascii = fc.uint8Array({ min: 0x61, max: 0x63, minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.array(fc.oneof(short, ascii), { minLength: 2 }), (texts) => {
      for (const bytes of [...texts, ...texts])
        expect(bytesOf(textOfBytes(Buffer.from(bytes)))).toEqual(Buffer.from(bytes));
    }),
  );
});
