import { describe, expect, test } from 'vitest';
import type { FileSystem, Host } from '../../src/engine/storage/host.ts';
import { Lock } from '../../src/engine/storage/lock.ts';
import { Death, DyingDisk } from '../../src/host/dying-disk.ts';
import { MemoryFileSystem } from '../../src/host/memory-fs.ts';
import { counters, DIRECTORY, dump, hostOn, open, putFile } from './support.ts';

/** A machine on which processes are started, killed, and interleave where they pause. */
function machine() {
  const fs = new MemoryFileSystem();
  fs.makeDirectory(DIRECTORY);
  const running = new Map<number, string>();
  const host = (pid: number, start: string, over: Partial<Host> = {}): Host => ({
    ...hostOn(fs, pid),
    processStart: start,
    isAlive: (other, since) => running.has(other) && (since === '' || running.get(other) === since),
    ...over,
  });
  return {
    fs,
    start(pid: number, start = `${pid}0`, over: Partial<Host> = {}): Lock {
      running.set(pid, start);
      return new Lock(host(pid, start, over), DIRECTORY);
    },
    kill: (pid: number) => running.delete(pid),
    names: () => fs.list(DIRECTORY).sort(),
  };
}

test('the holder is waited for, and named when it takes too long', () => {
  const { start, names } = machine();
  const one = start(101);
  expect(one.acquire(0)).toBe(false);
  let waited = 0;
  const two = start(102, '1020', {
    pause: (ms) => {
      waited += ms;
    },
  });
  expect(() => two.acquire(10_000)).toThrow(
    `the workspace ${DIRECTORY} is in use by process 101 (waited 10 s)`,
  );
  expect(waited).toBeGreaterThanOrEqual(10_000);
  one.release();
  expect(two.acquire(0)).toBe(false);
  two.release();
  expect(names()).toEqual([]);
});

test('it is taken as soon as the holder lets go', () => {
  const { start } = machine();
  const one = start(101);
  one.acquire(0);
  let pauses = 0;
  const two = start(102, '1020', {
    pause: () => {
      if (++pauses === 5) one.release();
    },
  });
  expect(two.acquire(10_000)).toBe(false);
  expect(pauses).toBe(5);
});

describe('several that wait', () => {
  const never = () => {
    throw new Error('it should not have waited');
  };

  test('come in turn: whoever just let go, or comes only now, stands behind them', () => {
    const { start, names } = machine();
    const one = start(101);
    one.acquire(0);
    const late = start(103);
    let pauses = 0;
    const two = start(102, '1020', {
      pause: () => {
        if (pauses++ > 0) never();
        one.release();
        for (const other of [one, late]) expect(() => other.acquire(0)).toThrow('in use by process 102');
      },
    });
    two.acquire(10_000);
    two.release();
    late.acquire(0);
    expect(names()).toEqual(['lock']);
  });

  test('do not wait for one whose turn it is and that is suspended', () => {
    const { start, names } = machine();
    const one = start(101);
    one.acquire(0);
    let waited = 0;
    const three = start(103, '1030', {
      pause: (ms) => {
        waited += ms;
        one.release();
      },
    });
    let isSuspended = true;
    const two = start(102, '1020', {
      pause: () => {
        if (!isSuspended) never();
        three.acquire(10_000);
        expect(() => start(104).acquire(0)).toThrow('in use by process 103');
        three.release();
        isSuspended = false;
      },
    });
    two.acquire(10_000);
    expect(waited).toBeLessThan(200);
    two.release();
    expect(names()).toEqual([]);
  });

  test('wait for each one that has it anew', () => {
    const { fs, start } = machine();
    const [first, ...others] = [101, 103, 104];
    start(first!).acquire(0);
    for (const pid of others) start(pid);
    let waited = 0;
    let left = 9_000;
    const two = start(102, '1020', {
      pause: (ms) => {
        waited += ms;
        left -= ms;
        if (left > 0) return;
        const next = others.shift();
        if (next === undefined) fs.remove(`${DIRECTORY}/lock`);
        else fs.write(`${DIRECTORY}/lock`, 0, Buffer.from(`{"pid":${next},"start":"${next}0"}\n`));
        left = 9_000;
      },
    });
    two.acquire(10_000);
    expect(waited).toBeGreaterThan(25_000);
  });

  test('forget one that is killed at any moment of waiting', () => {
    for (let k = 1; ; k++) {
      const { fs, start, kill, names } = machine();
      const one = start(101);
      one.acquire(0);
      const dying = new DyingDisk(fs, k);
      expect(() => start(102, '1020', { fs: dying }).acquire(3)).toThrow();
      kill(102);
      one.release();
      const three = start(103, '1030', { pause: never });
      three.acquire(10_000);
      three.release();
      expect(names()).toEqual([]);
      if (!dying.isDead) break;
    }
  });
});

test('a holder whose lock was removed writes nothing more, and says so', () => {
  const { fs } = machine();
  const one = open(fs, { pid: 1 });
  counters(one).set('a', { count: 1 });
  one.commit();
  fs.remove(`${DIRECTORY}/lock`);
  counters(one).set('a', { count: 2 });
  expect(() => one.commit()).toThrow('/workspace/lock is gone');
  const two = open(fs, { pid: 2 });
  expect(counters(two).get('a')).toEqual({ count: 1 });
  one.close();
  expect(fs.list(DIRECTORY)).toContain('lock');
  two.close();
});

test('a holder whose place was taken applies no journal, removes and adds no file', () => {
  const { fs } = machine();
  const one = open(fs, { pid: 1 });
  counters(one).set('a', { count: 1 });
  one.commit();
  putFile(one, 'checkpoint', '{"a":1}');
  fs.remove(`${DIRECTORY}/lock`);
  const two = open(fs, { pid: 2 });
  const before = dump(fs);
  expect(() => one.close()).toThrow("/workspace/lock is process 2's now");
  expect(dump(fs)).toEqual(before);
  two.close();
});

test("a dead holder's place is taken, and so is that of one whose pid another process has now", () => {
  const { start, kill, names } = machine();
  start(101).acquire(0);
  kill(101);
  expect(start(102).acquire(0)).toBe(true);
  kill(102);
  start(102, 'later');
  expect(start(103).acquire(0)).toBe(true);
  expect(names()).toEqual(['lock']);
});

test('a lock file that a power failure emptied has no holder', () => {
  const { fs, start, names } = machine();
  fs.write(`${DIRECTORY}/lock`, 0, new Uint8Array());
  expect(start(101).acquire(0)).toBe(true);
  expect(names()).toEqual(['lock']);
});

test('what a dead holder left is for the next one to see to, until somebody has', () => {
  const { start, kill, names } = machine();
  start(101).acquire(0);
  kill(101);
  for (const pid of [102, 103]) {
    const lock = start(pid);
    expect(lock.acquire(0)).toBe(true);
    if (pid === 103) lock.settled();
    lock.release();
  }
  expect(names()).toEqual([]);
  expect(start(104).acquire(0)).toBe(false);
});

test('whoever was taken for dead does not release the lock of another', () => {
  const { start, kill, names } = machine();
  const one = start(101);
  one.acquire(0);
  kill(101);
  start(102).acquire(0);
  one.release();
  expect(names()).toEqual(['lock']);
});

test('a process that dies at any moment of taking over leaves a lock that the next can take', () => {
  for (let k = 1; ; k++) {
    const { fs, start, kill, names } = machine();
    start(101).acquire(0);
    kill(101);
    const dying = start(102, '1020', { fs: new DyingDisk(fs, k) });
    let died = false;
    try {
      dying.acquire(0);
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      died = true;
    }
    if (!died) break;
    kill(102);
    expect(start(103).acquire(0)).toBe(true);
    expect(names()).toEqual(['lock']);
    expect(() => start(104).acquire(0)).toThrow('in use by process 103');
  }
});

test('of two that take over at once, however their steps interleave, one waits for the other', () => {
  let interleavings = 0;
  for (let k = 1; ; k++) {
    const { fs, start, kill } = machine();
    start(101).acquire(0);
    kill(101);
    const rival = start(103);
    let rivalHas: boolean | undefined;
    const step = () => {
      if (rivalHas !== undefined) return;
      try {
        rival.acquire(0);
        rivalHas = true;
      } catch (error) {
        expect(String(error)).toContain('in use by process 102');
        rivalHas = false;
      }
    };
    const slow = start(102, '1020', { fs: interruptedAt(fs, k, step) });
    let slowHas = true;
    try {
      slow.acquire(0);
    } catch (error) {
      expect(String(error)).toContain('in use by process 103');
      slowHas = false;
    }
    if (rivalHas === undefined) break;
    interleavings++;
    expect([slowHas, rivalHas].filter(Boolean)).toHaveLength(1);
  }
  expect(interleavings).toBeGreaterThan(5);
});

/** Lets somebody else run just before the k-th operation. */
function interruptedAt(disk: MemoryFileSystem, k: number, meanwhile: () => void): FileSystem {
  const counted = new DyingDisk(disk);
  return new Proxy(counted, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (target.operations === k - 1) meanwhile();
        return Reflect.apply(member, target, args);
      };
    },
  });
}
