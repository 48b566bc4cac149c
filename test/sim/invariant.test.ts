import { expect, test } from 'vitest';
import { invariantOf } from '../../src/sim/invariant.ts';

test.each([
  [
    "A t1 c: get answered '171', the key can only hold {} or {1=72} or {1=33,2=8@90}",
    "A t2 b: get answered 'not found', the key can only hold {1=4}",
  ],
  [
    "40 min after: A: 1.0 is not healthy: ballot 10, primary '', secondaries [], last drops [localhost:35802], 3 replicas wanted",
    "40 min after: A: 3.2 is not healthy: ballot 8, primary '', secondaries [], last drops [], 2 replicas wanted; B: 1.2 is not healthy",
  ],
  [
    'A: duplication 1767225723 of t1, partition 0: shipped 8 is beyond committed 4',
    'A: duplication 1767225999 of t1, partition 1: shipped 14 is beyond committed 12',
  ],
])('two failures of one invariant are the same', (one, other) => {
  // A key's table and name are part of what its failure is about.
  const neutral = (text: string) => invariantOf(text).replace('c: get', 'b: get');
  expect(neutral(one)).toBe(neutral(other));
});

test('failures of two invariants of one checker differ', () => {
  expect(invariantOf('A: duplication 17 of t1, partition 0: shipped 8 is beyond committed 4')).not.toBe(
    invariantOf('A: duplication 17 of t1, partition 0: confirmed 8 is beyond shipped 4'),
  );
  expect(invariantOf('A: 1.0 on localhost:1: committed 8 is beyond prepared 4')).not.toBe(
    invariantOf('A: 1.0 on localhost:1: durable 8 is beyond committed 4'),
  );
});
