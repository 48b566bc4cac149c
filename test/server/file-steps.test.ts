import { afterEach, expect, test, vi } from 'vitest';
import { FileSteps } from '../../src/server/file-steps.ts';

const STEP_MS = 5;

afterEach(() => void vi.useRealTimers());

/** A store whose steps take so long each, and how many it has taken after some time. */
function stepping({ steps = 10, lag = 1.5 } = {}) {
  vi.useFakeTimers();
  let now = 0;
  const store = {
    lag,
    taken: 0,
    applySome: () => {
      now += STEP_MS;
      store.taken++;
      return store.taken < steps;
    },
  };
  const errors: unknown[] = [];
  const fileSteps = new FileSteps(
    store,
    () => now,
    (error) => errors.push(error),
  );
  const takenAfter = (ms: number): number => {
    vi.advanceTimersByTime(ms);
    return store.taken;
  };
  return { store, errors, fileSteps, takenAfter };
}

test('between two steps the requests have three times as long as a step took, however often one is asked for', () => {
  const { store, fileSteps, takenAfter } = stepping();
  fileSteps.plan();
  fileSteps.plan();
  expect(store.taken).toBe(0);
  expect(takenAfter(0)).toBe(1);
  fileSteps.plan();
  expect(takenAfter(3 * STEP_MS - 1)).toBe(1);
  expect(takenAfter(1)).toBe(2);
  expect(takenAfter(1000)).toBe(10);
});

test('nothing is done while the journal is short, and no rest is taken when it is much too long', () => {
  const short = stepping({ lag: 1 });
  short.fileSteps.plan();
  expect(short.takenAfter(1000)).toBe(0);
  const long = stepping({ lag: 2.1 });
  long.fileSteps.plan();
  expect(long.takenAfter(10)).toBe(10);
});

test('after a stop, or a step that failed, none is taken', () => {
  const stopped = stepping();
  stopped.fileSteps.plan();
  stopped.takenAfter(1);
  stopped.fileSteps.stop();
  expect(stopped.takenAfter(1000)).toBe(1);
  const failing = stepping();
  failing.store.applySome = () => {
    throw new Error('no space left');
  };
  failing.fileSteps.plan();
  failing.takenAfter(1000);
  expect(failing.errors).toEqual([new Error('no space left')]);
});
