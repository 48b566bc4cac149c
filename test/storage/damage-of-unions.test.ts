import { expect, test } from 'vitest';
import { type AppNode, appNodeSchema } from '../../src/engine/documents/meta.ts';
import { newDisk, open } from './support.ts';

test('a document of several kinds of records says what is wrong with the kind that a record comes nearest to', () => {
  const disk = newDisk();
  const partition = { ballot: 1, max_replica_count: 1, primary: '', secondaries: [], last_drops: [] };
  const store = open(disk);
  const whole = { ...partition, last_committed_decree: 0, partition_flags: 0 };
  store.document<AppNode>('1.json', appNodeSchema).set('0', { ...whole, ballot: 'x' as unknown as number });
  store.commit();
  store.close();
  const damaged = open(disk, { pid: 2 }).document<AppNode>('1.json', appNodeSchema);
  expect(() => damaged.get('0')).toThrow(
    '1.json: key "0": ballot: Invalid type: Expected number but received "x"',
  );
});
