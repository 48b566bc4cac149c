import { expect, test } from 'vitest';
import type { ClosedReplica, ReplicaProcess } from '../../src/engine/documents/replica.ts';
import { ClosedReplicas } from '../../src/engine/replica/closed-replicas.ts';
import { newDisk, open } from '../storage/support.ts';

const AT: ClosedReplica = { ballot: 3, committed: 7, prepared: 7 };
const PROCESS: ReplicaProcess = { started_us: 1, connected: true, deaf: [], follower_errors: {} };

function withProcess(process: ReplicaProcess) {
  const doc = open(newDisk()).document<ClosedReplica | ReplicaProcess>('process.json');
  doc.set('process', process);
  return { doc, closed: new ClosedReplicas(doc) };
}

test('what is closed is a record of its own: that of the process stays as it is', () => {
  const { doc, closed } = withProcess(PROCESS);
  closed.save('1.0', AT);
  expect([closed.get('1.0'), closed.get('1.1'), closed.all()]).toEqual([AT, undefined, [['1.0', AT]]]);
  expect(doc.get('process')).toBe(PROCESS);
  closed.forget('1.0');
  expect([closed.get('1.0'), closed.all()]).toEqual([undefined, []]);
});

test('what was closed before each had a record is known', () => {
  const { closed } = withProcess({ ...PROCESS, closed: { '1.0': AT } });
  expect(closed.get('1.0')).toEqual(AT);
  expect(closed.all()).toEqual([['1.0', AT]]);
});
