import { expect, test } from 'vitest';
import { isKnown } from '../../src/shell/v8-options.ts';

test('an option is set where V8 knows it, and left where it might complain on stderr', () => {
  const versions = ['11.3.244.8-node.38', '12.4.254.21-node.57', '13.6.233.17-node.53', '14.1.1'];
  const known = (option: Parameters<typeof isKnown>[0]) =>
    versions.map((version) => isKnown(option, version));
  expect(known('interrupt-budget=4000')).toEqual([true, false, false, false]);
  expect(known('semi-space-growth-factor=1')).toEqual([true, true, true, false]);
});
