import type { Cluster } from './cluster.ts';
import { AssertionFailure } from './crash.ts';
import type { Timer } from './documents/universe.ts';
import { faultIsDue, isHeldUp } from './fault-effects.ts';
import { crashServer } from './lifecycle.ts';
import { allOf, MAY_BE_KEPT, type Steps } from './steps.ts';
import { handleTimer } from './timers.ts';
import type { Universe } from './universe.ts';

/** A server with messages that are to be delivered. */
interface Outbox {
  readonly cluster: Cluster;
  readonly node: string;
  readonly hasMessages: boolean;
  deliverNext(): void;
}

type Outcome<R> = { readonly crashed: false; readonly value: R } | { readonly crashed: true };

/** What happens in a universe as its time passes: in one order, whether it is done in one go or others have their turn. */
export class Timeline {
  private readonly universe: Universe;
  private readonly mayGoOn: () => boolean;
  /** Where the clock is being moved to. */
  private target = 0;
  /** Where it goes on to when others have had their turn. */
  private goal = 0;
  /** Whether what is being done is done in one go. */
  private isWhole = false;
  private readonly undelivered = new Set<Outbox>();
  /** What servers are in the middle of. */
  private interrupted: Steps | undefined;
  private isPerforming = false;
  /** Whether what was changed by what was interrupted may be kept as it is. */
  private mayBeKept = false;

  constructor(universe: Universe, mayGoOn = (): boolean => true) {
    this.universe = universe;
    this.mayGoOn = mayGoOn;
  }

  /** Lets time pass up to `time`, handling what falls due. */
  moveTo(time: number): void {
    this.inOneGo(() => this.move(time));
  }

  /** The same, as far as there is time for it: `goOn` does what is left. */
  beginMove(time: number): void {
    this.goal = Math.max(this.goal, time);
    this.move(this.goal);
  }

  /** Others have their turn once more between what took long and the next. */
  goOn(): void {
    if (this.isMidway) this.takeUp();
    else if (this.isBehind) this.beginMove(this.universe.now);
  }

  /** Lets time pass until something is there, at most up to `deadline`; undefined where it never came. */
  moveUntil<R>(deadline: number, look: () => R | undefined): R | undefined {
    let found = look();
    while (found === undefined && this.universe.now < deadline) {
      this.moveTo(Math.min(deadline, Math.max(this.universe.now, this.universe.agenda.nextAt() ?? deadline)));
      found = look();
    }
    return found;
  }

  /** Does what must not be left half done, however long it takes: of what is left a killed process knows nothing. */
  inOneGo(work: () => void): void {
    const before = this.isWhole;
    this.isWhole = true;
    try {
      work();
    } finally {
      this.isWhole = before;
    }
  }

  /** Whether something is left to do before the time can go on as it does. */
  get isBehind(): boolean {
    return this.universe.now < this.goal || this.undelivered.size > 0 || this.isMidway;
  }

  /** Whether others need not have their turn first. */
  get hasTurn(): boolean {
    return this.isWhole || this.isPerforming || (!this.isMidway && this.mayGoOn());
  }

  /** Until when nothing happens but retries, while the time moves on. */
  get idleUntil(): number {
    return Math.min(this.target, this.universe.agenda.nextWorkAt() - 1);
  }

  /** What falls due is handled in the same order, however often others have their turn in between. */
  private move(time: number): void {
    this.target = time;
    this.takeUp();
    while (this.deliver()) {
      const timer = this.universe.agenda.takeDue(time);
      if (timer === undefined) {
        this.universe.clock.moveTo(Math.max(this.universe.now, time));
        return;
      }
      this.universe.clock.moveTo(Math.max(this.universe.now, timer.at_us));
      this.runTimer(timer);
      if (!this.hasTurn) return;
    }
  }

  private runTimer(timer: Timer): void {
    if (timer.kind === 'fault') {
      faultIsDue(this.universe, timer);
      return;
    }
    const cluster = this.universe.findCluster(timer.cluster);
    if (cluster === undefined) return;
    if (isHeldUp(cluster, timer)) {
      this.universe.agenda.hold(timer);
      return;
    }
    this.guard(cluster, timer.node, () => handleTimer(cluster, timer));
  }

  /**
   * Does what a server does at one time in steps. Where there is no time for all of them, `goOn` takes the next; but nothing
   * else may happen before they are over, and nothing be committed but where a step allows it: nobody else knows what is
   * left of them. To be called last.
   */
  perform(cluster: Cluster, node: string, steps: Steps): void {
    if (this.isPerforming) allOf(steps);
    else this.performAll(this.guarding(cluster, node, steps));
  }

  /** The same of what happens to several servers at one time: the steps guard each. */
  performAll(steps: Steps): void {
    this.inOneGo(() => this.takeUp());
    this.take(steps);
  }

  /** Whether a server is in the middle of something. */
  get isMidway(): boolean {
    return this.interrupted !== undefined;
  }

  /** Whether nothing of what was changed may be committed yet. */
  get isIncomplete(): boolean {
    return this.isMidway && !this.mayBeKept;
  }

  /** Goes on with what was interrupted. */
  private takeUp(): void {
    const { interrupted } = this;
    this.interrupted = undefined;
    if (interrupted !== undefined) this.take(interrupted);
  }

  private take(steps: Steps): void {
    while (this.hasStep(steps)) {
      if (this.hasTurn) continue;
      this.interrupted = steps;
      return;
    }
  }

  private hasStep(steps: Steps): boolean {
    this.isPerforming = true;
    try {
      const { done, value } = steps.next();
      this.mayBeKept = value === MAY_BE_KEPT;
      return done !== true;
    } finally {
      this.isPerforming = false;
    }
  }

  /** Has what is in an outbox delivered after what is being done, and before anything else falls due. */
  postpone(outbox: Outbox): void {
    this.undelivered.add(outbox);
  }

  /**
   * Delivers what was posted, and what that posts in turn, as far as there is time for it; but first what began has to end.
   *
   * @returns whether that is all, and done
   */
  deliver(): boolean {
    for (const outbox of this.undelivered) if (!this.isEmptied(outbox)) return false;
    return !this.isMidway;
  }

  private isEmptied(outbox: Outbox): boolean {
    const { cluster, node } = outbox;
    while (outbox.hasMessages && this.universe.findCluster(cluster.name)?.meta === outbox) {
      if (this.isMidway) return false;
      this.guard(cluster, node, () => outbox.deliverNext());
      if (outbox.hasMessages && !this.hasTurn) return false;
    }
    this.undelivered.delete(outbox);
    return true;
  }

  /** Runs what a server does; a failed assertion takes that server down and nothing else. */
  guard<R>(cluster: Cluster, node: string, run: () => R): Outcome<R> {
    try {
      return { crashed: false, value: run() };
    } catch (error) {
      this.crash(cluster, node, error);
      return { crashed: true };
    }
  }

  /** The same of what a server does in steps. @returns undefined where one failed: it is the last */
  *guarding<R>(cluster: Cluster, node: string, steps: Steps<R>): Steps<R | undefined> {
    for (;;) {
      const step = this.guard(cluster, node, () => steps.next());
      if (step.crashed) return undefined;
      if (step.value.done === true) return step.value.value;
      yield step.value.value;
    }
  }

  /** Takes down the server in which an assertion failed; whatever else is thrown is nobody's to catch. */
  crash(cluster: Cluster, node: string, error: unknown): void {
    if (!(error instanceof AssertionFailure)) throw error;
    crashServer(cluster, node, error);
  }
}
