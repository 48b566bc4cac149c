import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DecreeIndex } from '../../../src/engine/replica/decree-index.ts';

/** What follows the decree before it, or repeats an earlier one, or passes many idle ones. */
const steps = fc.array(fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, fc.integer({ min: -4, max: 30 })), {
  maxLength: 40,
});

test('tells where decrees begin as a look at every record does', () => {
  fc.assert(
    fc.property(fc.nat(20), steps, fc.integer({ min: -5, max: 300 }), (before, moves, wanted) => {
      const index = new DecreeIndex(before);
      let last = before;
      const decrees = moves.map((move) => {
        last = Math.max(1, last + move);
        index.add(last);
        return last;
      });
      const reached = decrees.findIndex((decree) => decree >= wanted && wanted > before);
      const expected = wanted <= before ? 0 : reached < 0 ? decrees.length : reached;
      expect(index.countBelow(wanted)).toBe(expected);
    }),
  );
});
