import fc from 'fast-check';
import { expect, test } from 'vitest';
import { counters, newDisk, open } from './support.ts';

const KEYS = ['1', '10', '2', 'a'];
const key = fc.constantFrom(...KEYS);
const step = fc.oneof(
  fc.record({ does: fc.constant('set' as const), key, count: fc.nat(3) }),
  fc.record({ does: fc.constantFrom('delete' as const, 'set a member' as const), key }),
  fc.record({ does: fc.constantFrom('prepare' as const, 'commit' as const, 'roll back' as const) }),
);

test('whatever is changed, prepared, committed and rolled back, a document has what was left', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const disk = newDisk();
      const store = open(disk);
      const document = counters(store);
      let committed = new Map<string, number>();
      let current = new Map<string, number>();
      for (const one of steps) {
        if (one.does === 'set') {
          document.set(one.key, { count: one.count });
          current.set(one.key, one.count);
        } else if (one.does === 'set a member' && document.has(one.key)) {
          const record = document.get(one.key)!;
          record.count++;
          document.set(one.key, record, MEMBERS);
          current.set(one.key, record.count);
        } else if (one.does === 'delete') {
          document.delete(one.key);
          current.delete(one.key);
        } else if (one.does === 'prepare') store.prepareCommit();
        else if (one.does === 'commit') {
          store.commit();
          committed = new Map(current);
        } else if (one.does === 'roll back') {
          store.rollback();
          current = new Map(committed);
        }
        expect(document.keys()).toEqual([...current.keys()].sort());
        expect(document.size).toBe(current.size);
      }
      store.rollback();
      store.close();
      const again = counters(open(disk));
      expect(new Map(again.keys().map((one) => [one, again.get(one)!.count]))).toEqual(committed);
    }),
  );
});

const MEMBERS = ['count'] as const;
