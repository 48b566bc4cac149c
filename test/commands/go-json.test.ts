import { expect, test } from 'vitest';
import { parseGoJson } from '../../src/commands/admin-cli/shared/go-json.ts';

test.each([
  ['', 'unexpected end of JSON input'],
  ['{"a": ', 'unexpected end of JSON input'],
  ['nu', 'unexpected end of JSON input'],
  ['nonsense', "invalid character 'o' in literal null (expecting 'u')"],
  ["'x'", "invalid character '\\'' looking for beginning of value"],
  ['ERR_OK', "invalid character 'E' looking for beginning of value"],
])('%s is no JSON', (text, error) => {
  expect(parseGoJson(text)).toEqual({ error });
});
