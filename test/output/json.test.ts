import { describe, expect, test } from 'vitest';
import { cppString, goJson, jsonText, toJson } from '../../src/output/json.ts';

describe('replies', () => {
  test('what plain JSON does not have', () => {
    const reply = {
      small: 5n,
      large: 2n ** 63n,
      text: Uint8Array.from(Buffer.from('值')),
      bytes: Uint8Array.of(0xff, 0),
      map: new Map([[1, new Set(['a'])]]),
      pairs: new Map([[{ app_id: 1 }, 'x']]),
      absent: undefined,
    };
    expect(toJson(reply)).toEqual({
      small: 5,
      large: '9223372036854775808',
      text: '值',
      bytes: { base64: '/wA=' },
      map: { '1': ['a'] },
      pairs: [[{ app_id: 1 }, 'x']],
    });
  });

  test('a key of data never becomes a prototype', () => {
    const shown = toJson(new Map([['__proto__', 'x']]));
    expect(Object.getPrototypeOf(shown)).toBe(Object.prototype);
    expect(JSON.stringify(shown)).toBe('{"__proto__":"x"}');
  });

  test('text', () => {
    expect(jsonText({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  });
});

test('Go: maps sort as text, members keep their order, markup is escaped', () => {
  const map = new Map([
    [2, '<&>'],
    [10, 'b'],
  ]);
  expect(goJson({ z: map, a: [], m: new Map(), n: null, u: undefined })).toBe(
    '{\n  "z": {\n    "10": "b",\n    "2": "\\u003c\\u0026\\u003e"\n  },\n  "a": [],\n  "m": {},\n  "n": null\n}\n',
  );
});

test('C++: what stands in quotes', () => {
  expect(cppString('a"\\\b\x01/é')).toBe('"a\\"\\\\\\b\\u0001/é"');
});
