import { expect, test } from 'vitest';
import { COMMANDS as TABLE } from '../../src/commands/index.ts';
import { COMMANDS } from '../../src/shell/oclif.ts';

test('oclif sees every name of the table, and leaves the flags to the dialects', () => {
  const names = new Set(TABLE.map((entry) => entry.name.replaceAll(' ', ':')));
  expect(new Set(Object.keys(COMMANDS))).toEqual(names);
  expect(Object.values(COMMANDS).filter((one) => one.strict)).toEqual([]);
  expect(COMMANDS['duplication:add']?.aliases).toEqual(['dup:add']);
});
