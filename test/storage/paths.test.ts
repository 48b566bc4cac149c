import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Paths } from '../../src/engine/storage/paths.ts';

const NAMES = ['a', 'ab', 'b'];
const names = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 });
const path = names.map((parts) => parts.join('/'));
const changes = fc.array(fc.record({ path, adds: fc.boolean() }), { maxLength: 40 });

test('what is inside a directory is found as a look at all paths finds it', () => {
  fc.assert(
    fc.property(changes, changes, path, (before, after, wanted) => {
      const paths = new Paths();
      for (const change of before) paths[change.adds ? 'add' : 'delete'](change.path);
      paths.hasUnder(wanted);
      for (const change of after) paths[change.adds ? 'add' : 'delete'](change.path);
      const inside = [...paths].filter((one) => one === wanted || one.startsWith(`${wanted}/`));
      expect(paths.under(wanted).sort()).toEqual(inside.sort());
      expect(paths.hasUnder(wanted)).toBe(inside.length > 0);
      expect(paths.under('')).toEqual([...paths]);
      const isThere = (child: string) => paths.hasUnder(child);
      expect([...paths.childrenOf(wanted)].sort()).toEqual(
        NAMES.map((name) => `${wanted}/${name}`).filter(isThere),
      );
    }),
  );
});
