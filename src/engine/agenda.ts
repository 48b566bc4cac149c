import type { Timer } from './documents/universe.ts';
import type { Doc } from './storage/store.ts';

/** Kinds of timers, in the order in which those due at the same microsecond are handled. */
const TIMER_KINDS = [
  'checkpoint',
  'checkpoint-retry',
  'checkpoint-overdue',
  'rpc-done',
  'lease',
  'beacon',
  'failure-detector',
  'reconfiguration',
  'group-check',
  'duplication-sync',
  'config-sync',
  'partition-check',
  'duplication-ship',
  'compaction',
  'disk-migration',
  'replica-close',
  'disk-clean',
  'duplication-limit',
  'cold-backup',
  'policy-check',
  'policy-backup',
  'policy-gc',
  'election',
  'fault',
] as const;
export type TimerKind = (typeof TIMER_KINDS)[number];

export interface TimerKey {
  readonly cluster: string;
  readonly node: string;
  readonly kind: TimerKind;
  /** `<app_id>.<pidx>`, or what else tells timers of a kind apart on one server; '' = the server's own. */
  readonly gpid: string;
}

/** When a timer is due whose server does not run on. */
const HELD = Number.MAX_SAFE_INTEGER;

const RANK = new Map<string, number>(TIMER_KINDS.map((kind, index) => [kind, index]));

/** Every pending timer of the universe, persisted, in the order in which they are due. One timer per key. */
export class Agenda {
  private readonly doc: Doc<Timer>;
  /** Latest first, so that taking the next one is a pop. */
  private readonly order: Timer[];
  /** How many a server has of a kind, by what their ids begin with. */
  private readonly counts = new Map<string, number>();
  /** When the next timer is due that is no retry, once somebody asked. */
  private nextWork: number | undefined;

  constructor(doc: Doc<Timer>) {
    this.doc = doc;
    this.order = doc
      .keys()
      .map((id) => doc.get(id) as Timer)
      .sort((a, b) => compareTimers(b, a));
    for (const timer of this.order) this.tally(timer, 1);
  }

  /**
   * Sets a timer; one of the same key is replaced.
   *
   * @param retry that it changes nothing unless something else happens before
   */
  schedule(key: TimerKey, at_us: number, data?: unknown, retry = false): void {
    this.cancel(key);
    const timer: Timer = {
      at_us,
      ...key,
      ...(data === undefined ? {} : { data }),
      ...(retry ? { retry } : {}),
    };
    this.doc.set(idOf(key), timer);
    this.order.splice(this.positionOf(timer), 0, timer);
    this.tally(timer, 1);
    if (!retry) this.nextWork = undefined;
  }

  /** Sets a timer unless one of the same key is due earlier. */
  scheduleNoLater(key: TimerKey, at_us: number, data?: unknown, retry = false): void {
    const pending = this.pending(key);
    if (pending === undefined || pending.at_us > at_us) this.schedule(key, at_us, data, retry);
  }

  /** When the next timer is due; undefined when there is none that ever will be. */
  nextAt(): number | undefined {
    const next = this.order.at(-1)?.at_us;
    return next === HELD ? undefined : next;
  }

  /** When the next timer is due that is no retry; far ahead when there is none. */
  nextWorkAt(): number {
    this.nextWork ??= this.order.findLast(({ retry }) => retry !== true)?.at_us ?? HELD;
    return this.nextWork;
  }

  /** Keeps a timer that was taken, but is not to be handled before it is released. */
  hold(timer: Timer): void {
    this.postpone(timer, HELD);
  }

  /** Makes timers due that were held. */
  release(isFree: (timer: Timer) => boolean, at_us: number): void {
    for (const timer of this.order.filter((one) => one.at_us === HELD && isFree(one)))
      this.postpone(timer, at_us);
  }

  private postpone({ at_us: _due, data, retry, ...key }: Timer, at_us: number): void {
    this.schedule(key as TimerKey, at_us, data, retry);
  }

  pending(key: TimerKey): Timer | undefined {
    return this.doc.get(idOf(key));
  }

  /** How many timers of a kind a server has. */
  count(cluster: string, node: string, kind: TimerKind): number {
    return this.counts.get(kindOf({ cluster, node, kind })) ?? 0;
  }

  private tally(timer: Timer, by: 1 | -1): void {
    const kind = kindOf(timer);
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + by);
  }

  cancel(key: TimerKey): void {
    const timer = this.pending(key);
    if (timer !== undefined) this.remove(timer);
  }

  /**
   * Forgets the timers of a server whose process ended, or of a cluster that was removed. That a server is waited for
   * is the meta server's own.
   */
  cancelAll(cluster: string, node?: string): void {
    const gone = this.order.filter(
      (timer) =>
        timer.cluster === cluster &&
        (node === undefined || (timer.node === node && timer.kind !== 'failure-detector')),
    );
    for (const timer of gone) this.remove(timer);
  }

  /** Takes the next timer that is due at `until` or before. */
  takeDue(until: number): Timer | undefined {
    const next = this.order.at(-1);
    if (next === undefined || next.at_us > until) return undefined;
    this.remove(next);
    return next;
  }

  private remove(timer: Timer): void {
    this.doc.delete(idOf(timer));
    this.order.splice(this.positionOf(timer), 1);
    this.tally(timer, -1);
    if (timer.retry !== true) this.nextWork = undefined;
  }

  /** Where a timer stands, or belongs, in the order: no two compare equal, since keys are unique. */
  private positionOf(timer: Timer): number {
    let low = 0;
    let high = this.order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareTimers(this.order[middle] as Timer, timer) > 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface Kind {
  readonly cluster: string;
  readonly node: string;
  readonly kind: string;
}

function idOf(key: Kind & { readonly gpid: string }): string {
  return `${kindOf(key)}/${key.gpid}`;
}

function kindOf({ cluster, node, kind }: Kind): string {
  return `${cluster}/${node}/${kind}`;
}

function compareTimers(a: Timer, b: Timer): number {
  return (
    a.at_us - b.at_us ||
    compareText(a.cluster, b.cluster) ||
    compareText(a.node, b.node) ||
    (RANK.get(a.kind) ?? 0) - (RANK.get(b.kind) ?? 0) ||
    compareText(a.gpid, b.gpid)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
