import type { ClockRecord } from './documents/universe.ts';
import type { Doc } from './storage/store.ts';

/** Microseconds in one millisecond, one second. */
export const MS = 1_000;
export const SECOND = 1_000_000;

/** What passes of a record. */
const PASSED = ['now_us', 'wall_us'] as const;

/** What one client RPC costs under the manual clock. */
const CLIENT_RPC_US = 1 * MS;

/**
 * The universe's clock, in microseconds since the Unix epoch; persisted, so that it goes on in the next command.
 *
 * `realtime` stands where the wall clock is, ahead of it by what commands have waited; `manual` stands still.
 */
export class Clock {
  private readonly doc: Doc<ClockRecord>;
  private readonly wallNow: () => number;
  private record: ClockRecord;
  /** By how much the time was ahead of the wall clock's when it was saved last. */
  private savedAheadUs: number;
  private moved = false;

  constructor(
    doc: Doc<ClockRecord>,
    wallNow: () => number,
    initial: { mode: ClockRecord['mode']; now_us: number },
  ) {
    this.doc = doc;
    this.wallNow = wallNow;
    this.record = { ...(doc.get('clock') ?? { ...initial, wall_us: this.wallUnder(initial.mode) }) };
    this.savedAheadUs = this.record.now_us - this.record.wall_us;
  }

  get mode(): ClockRecord['mode'] {
    return this.record.mode;
  }

  get now(): number {
    return this.record.now_us;
  }

  /** Where the clock has to go before the next request is handled: the wall clock's progress, or one RPC's cost. */
  nextRequestAt(): number {
    return this.requestAt(this.wallNow());
  }

  /**
   * The same for a request that is here: the wall clock's progress counts from this moment on. Where the wall clock was
   * set back, no time has passed.
   */
  arrive(): number {
    const wall = this.wallNow();
    const time = this.requestAt(wall);
    if (this.record.mode === 'realtime') this.record.wall_us = wall;
    return time;
  }

  /** The time as it is for whoever looks and asks nothing: what the wall clock went on since counts, an RPC does not. */
  seen(): number {
    return this.record.mode === 'manual' ? this.record.now_us : this.nextRequestAt();
  }

  /** By how much the time is another one than the wall clock's. */
  aheadUs(): number {
    return this.seen() - this.wallNow();
  }

  /** Waits cost no time of the wall clock. */
  moveTo(time: number): void {
    if (time < this.record.now_us)
      throw new Error(`the clock cannot go back from ${this.record.now_us} to ${time}`);
    this.moved ||= time > this.record.now_us;
    this.record.now_us = time;
  }

  setMode(mode: ClockRecord['mode']): void {
    if (mode !== this.record.mode) this.record.wall_us = this.wallUnder(mode);
    this.record.mode = mode;
    this.doc.set('clock', this.record);
    this.save();
  }

  /** Whether the time would be another one in the next process, had this one not been saved. */
  get mustBeSaved(): boolean {
    if (this.record.mode === 'manual') return this.moved;
    return this.record.now_us - this.record.wall_us !== this.savedAheadUs;
  }

  /** Marks the time reached as part of the next commit. */
  save(): void {
    this.doc.set('clock', this.record, PASSED);
    this.savedAheadUs = this.record.now_us - this.record.wall_us;
    this.moved = false;
  }

  private requestAt(wall: number): number {
    if (this.record.mode === 'manual') return this.record.now_us + CLIENT_RPC_US;
    return this.record.now_us + Math.max(0, wall - this.record.wall_us);
  }

  /** Under the manual clock the wall clock leaves no trace. */
  private wallUnder(mode: ClockRecord['mode']): number {
    return mode === 'manual' ? 0 : this.wallNow();
  }
}

/** Whole seconds of a time in microseconds, as tables and records keep times. */
export function inSeconds(us: number): number {
  return Math.floor(us / SECOND);
}

/** The first tick at or after `time` of a periodic timer that has run since `start`. */
export function tickFrom(start: number, period: number, time: number): number {
  const passed = Math.max(0, time - start);
  return start + Math.max(1, Math.ceil(passed / period)) * period;
}

/** The last tick at or before `time`; `start` itself where none has passed. */
export function tickBefore(start: number, period: number, time: number): number {
  return start + Math.floor(Math.max(0, time - start) / period) * period;
}
