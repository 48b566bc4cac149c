import { WorkspaceError } from '../../errors.ts';
import type { Host } from './host.ts';
import { LockQueue } from './lock-queue.ts';

export const LOCK = 'lock';
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 20;
/** How long each waiter whose turn it is may leave the lock unused. */
const PATIENCE_MS = 100;
/** How long each process that has a workspace is waited for. */
export const DEFAULT_WAIT_MS = 10_000;
/** What the lock file holds that nobody has any more, and that is to be taken over all the same. */
const NOBODY = new Uint8Array();
const CONTENTS = /^\{"pid":([1-9]\d*),"start":"([0-9a-z-]*)"(?:,"control":"([0-9.:]+)")?\}\n$/;

/** Who holds the lock. */
interface Holder {
  readonly pid: number;
  readonly start: string;
  /** Where a process that serves the workspace takes calls of others: `127.0.0.1:port`. */
  readonly control?: string;
}

/**
 * The right to use a workspace, which one process has at a time.
 *
 * The lock file appears with its contents in one step. A dead holder's place is taken by whoever first creates a
 * *claim*, a lock file named after the dead holder: it alone may then replace the lock. A claim whose creator died
 * is taken over in the same way.
 */
export class Lock {
  readonly #host: Host;
  readonly #directory: string;
  readonly #queue: LockQueue;
  #me: Holder;
  #tookOver = false;
  /** Whether it is not to be left like one whose holder has put everything in order. */
  #isUnsettled = false;
  /** Of the lock file when it was seen to be ours. */
  #seen: string | undefined;

  constructor(host: Host, directory: string) {
    this.#host = host;
    this.#directory = directory;
    this.#queue = new LockQueue(host, directory);
    this.#me = { pid: host.pid, start: host.processStart };
  }

  /**
   * Waits until the lock is ours, in the order in which processes came.
   *
   * @param waitMs how long each process that has it is waited for
   * @returns whether it was taken from a process that had died, or whose disk had failed it: what that one left is not in
   * order before `settled`
   * @throws WorkspaceError when one does not let go, naming it
   */
  acquire(waitMs: number): boolean {
    this.#tookOver = false;
    this.#seen = undefined;
    const isFree = this.#queue.ahead().length === 0 && this.#try(LOCK) === undefined;
    if (!isFree) this.#host.whileBlocked(() => this.#queueUp(waitMs));
    if (this.#tookOver) this.#removeDeadClaims();
    this.#isUnsettled = this.#tookOver;
    return this.#tookOver;
  }

  /** Whether nobody has it or waits for it. */
  isFree(): boolean {
    return this.#holder() === undefined && this.#queue.ahead().length === 0;
  }

  /**
   * Waits while one process keeps the lock, and lets this one do other things meanwhile. It gives no place in the queue.
   *
   * @param pause what it throws ends the waiting
   * @throws WorkspaceError when it does not let go for 10 s
   */
  async untilReleased(pause: (ms: number) => Promise<void>): Promise<void> {
    const holder = this.#holder();
    if (holder === undefined) return;
    for (let waitedMs = 0; waitedMs < DEFAULT_WAIT_MS; waitedMs += LONGEST_PAUSE_MS) {
      await pause(LONGEST_PAUSE_MS);
      const now = this.#holder();
      if (now === undefined || !isSame(now, holder)) return;
    }
    throw inUse(this.#directory, holder.pid, DEFAULT_WAIT_MS);
  }

  /** What a dead holder left is in order. */
  settled(): void {
    this.#isUnsettled = false;
  }

  /** What we leave is not in order: the next one takes over from us as from a dead one. */
  unsettled(): void {
    this.#isUnsettled = true;
  }

  release(): void {
    if (!this.#holds(LOCK, this.#me)) return;
    if (this.#isUnsettled) this.#host.fs.write(this.#path(LOCK), 0, NOBODY);
    else this.#host.fs.remove(this.#path(LOCK));
  }

  /** @throws WorkspaceError when another process has the workspace now, or the lock was removed */
  mustHold(): void {
    const version = this.#host.fs.stat(this.#path(LOCK))?.version;
    if (version !== undefined && version === this.#seen) return;
    const holder = this.#read(LOCK);
    if (holder !== undefined && isSame(holder, this.#me)) {
      this.#seen = version;
      return;
    }
    const fate = holder === undefined ? 'is gone' : `is process ${holder.pid}'s now`;
    throw new WorkspaceError(
      `${this.#path(LOCK)} ${fate}: this process had the workspace, and has written nothing since`,
      'Removing the lock of a running pegsh by hand, or sharing a workspace between machines, does this.',
    );
  }

  /** Tells other processes where they can call the holder, which is us. */
  announce(control: string): void {
    this.#me = { ...this.#me, control };
    const temporary = this.#path(`${LOCK}.${this.#me.pid}.tmp`);
    this.#host.fs.write(temporary, 0, this.#contents());
    this.#host.fs.rename(temporary, this.#path(LOCK));
  }

  /** Where the process that holds the lock takes calls; undefined when it takes none, or is dead. */
  holderEndpoint(): string | undefined {
    return this.#holder()?.control;
  }

  /** The process that has the lock, if it lives. */
  #holder(): Holder | undefined {
    const holder = this.#read(LOCK);
    return holder !== undefined && this.#isAlive(holder) ? holder : undefined;
  }

  #queueUp(waitMs: number): void {
    this.#queue.join();
    try {
      let [pid, waitedMs, pauseMs, unusedMs] = [0, 0, FIRST_PAUSE_MS, 0];
      for (let other = this.#inTheWay(0); other; other = this.#inTheWay(unusedMs)) {
        if (other.pid !== pid) [pid, waitedMs, pauseMs] = [other.pid, 0, FIRST_PAUSE_MS];
        if (waitedMs >= waitMs) throw inUse(this.#directory, pid, waitMs);
        this.#host.pause(pauseMs);
        waitedMs += pauseMs;
        unusedMs = other.isHolder ? 0 : unusedMs + pauseMs;
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
    } finally {
      this.#queue.leave();
    }
  }

  /**
   * Who has to be waited for; nobody once the lock is ours.
   *
   * @param unusedMs how long it has been free without anyone taking it: whoever's turn it is may be suspended
   */
  #inTheWay(unusedMs: number): { pid: number; isHolder: boolean } | undefined {
    const ahead = this.#queue.ahead();
    const holder = this.#read(LOCK);
    if (holder !== undefined && this.#isAlive(holder)) return { pid: holder.pid, isHolder: true };
    if (unusedMs < ahead.length * PATIENCE_MS) return { pid: ahead[0]!, isHolder: false };
    const rival = this.#try(LOCK);
    return rival && { pid: rival.pid, isHolder: true };
  }

  /** Takes `name` if it is free or its holder dead; else tells who holds it. */
  #try(name: string): Holder | undefined {
    while (!this.#host.fs.createExclusive(this.#path(name), this.#contents())) {
      const holder = this.#read(name);
      if (holder === undefined) continue;
      if (this.#isAlive(holder)) return holder;
      const claim = `${LOCK}.${holder.pid}.${holder.start}`;
      const rival = this.#try(claim);
      if (rival !== undefined) return rival;
      const taken = this.#replace(name, holder);
      this.#host.fs.remove(this.#path(claim));
      if (!taken) continue;
      this.#tookOver = true;
      return undefined;
    }
    return undefined;
  }

  /** Under the claim on `dead`: false when the lock is no longer that holder's. */
  #replace(name: string, dead: Holder): boolean {
    if (!this.#holds(name, dead)) return false;
    const temporary = this.#path(`${LOCK}.${this.#me.pid}.tmp`);
    this.#host.fs.write(temporary, 0, this.#contents());
    this.#host.fs.rename(temporary, this.#path(name));
    return true;
  }

  #holds(name: string, holder: Holder): boolean {
    const now = this.#read(name);
    return now !== undefined && isSame(now, holder);
  }

  #isAlive(holder: Holder): boolean {
    return holder.pid > 0 && this.#host.isAlive(holder.pid, holder.start);
  }

  /** A file that was not written whole is left from a power failure, or from one who left things unsettled: its holder (pid 0) is dead. */
  #read(name: string): Holder | undefined {
    const bytes = this.#host.fs.read(this.#path(name));
    if (bytes === undefined) return undefined;
    const match = CONTENTS.exec(Buffer.from(bytes).toString('latin1'));
    if (match === null) return { pid: 0, start: '' };
    const [, pid, start = '', control] = match;
    return { pid: Number(pid), start, ...(control === undefined ? {} : { control }) };
  }

  #contents(): Uint8Array {
    return Buffer.from(`${JSON.stringify(this.#me)}\n`);
  }

  #path(name: string): string {
    return `${this.#directory}/${name}`;
  }

  #removeDeadClaims(): void {
    for (const name of this.#host.fs.list(this.#directory)) {
      const pid = /^lock\.(\d+)\./.exec(name)?.[1];
      if (pid !== undefined && !this.#isAlive({ pid: Number(pid), start: '' })) {
        this.#host.fs.remove(this.#path(name));
      }
    }
  }
}

/** Does something while nobody else uses the workspace. @throws WorkspaceError when it is in use for 10 s */
export function withLock<T>(host: Host, directory: string, work: () => T): T {
  const lock = new Lock(host, directory);
  lock.acquire(DEFAULT_WAIT_MS);
  try {
    return work();
  } finally {
    lock.release();
  }
}

function isSame(one: Holder, other: Holder): boolean {
  return one.pid === other.pid && one.start === other.start;
}

function inUse(directory: string, pid: number, waitMs: number): WorkspaceError {
  return new WorkspaceError(
    `the workspace ${directory} is in use by process ${pid} (waited ${waitMs / 1000} s)`,
    'Wait until it is done (`fg` if it is suspended), stop it, or use another workspace (`-w DIR`).',
  );
}
