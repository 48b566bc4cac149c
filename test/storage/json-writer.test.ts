import fc from 'fast-check';
import { expect, test } from 'vitest';
import { latin1Of, latin1ToJson } from '../../src/engine/storage/bytes.ts';
import { constant, JsonWriter } from '../../src/engine/storage/json-writer.ts';

const BEFORE = constant('{"records":[');
const record = fc.record({
  number: fc.oneof(
    fc.maxSafeInteger(),
    fc.nat(),
    fc.constantFrom(0, 99_999_999, 100_000_000, 1e9, -1, 2 ** 53 - 1),
  ),
  text: fc.string({ unit: 'binary', maxLength: 50 }),
  bytes: fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 250, maxLength: 20_000 })),
});

test('texts are written one behind the other, and stay what they were', () => {
  const writer = new JsonWriter();
  fc.assert(
    fc.property(fc.array(fc.array(record, { maxLength: 8 }), { minLength: 1, maxLength: 8 }), (texts) => {
      const written = texts.map((records) => {
        writer.begin();
        writer.constant(BEFORE);
        records.forEach(({ number, text, bytes }, at) => {
          if (at > 0) writer.character(',');
          writer.integer(number);
          writer.character(',');
          writer.text(JSON.stringify(text));
          writer.character(',');
          writer.bytes(bytes);
        });
        writer.text(']}');
        return writer.take();
      });
      const expected = texts.map((records) => {
        const parts = records.map(
          ({ number, text, bytes }) => `${number},${JSON.stringify(text)},${latin1ToJson(latin1Of(bytes))}`,
        );
        return `{"records":[${parts.join()}]}`;
      });
      expect(written.map((bytes) => Buffer.from(bytes).toString())).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test('what was begun and not taken is no part of the next text', () => {
  const writer = new JsonWriter();
  writer.begin();
  writer.text('"left half');
  writer.begin();
  writer.integer(7);
  expect(Buffer.from(writer.take()).toString()).toBe('7');
});
