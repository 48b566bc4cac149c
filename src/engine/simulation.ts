import { ClusterError, UsageError } from '../errors.ts';
import { createCluster } from './control/clusters.ts';
import { readAhead } from './replica/read-records.ts';
import type { Host } from './storage/host.ts';
import { openStore, type Store } from './storage/store.ts';
import { Universe } from './universe.ts';

/** 2026-01-01: where a manual clock starts in a new workspace, so that the same commands print the same bytes. */
const MANUAL_START_US = 1_767_225_600_000_000;

const DEFAULT_CLUSTER = { name: 'onebox', metas: 3, replicas: 3, auth: false, defects: [] };

export interface SimulationOptions {
  readonly directory: string;
  readonly host: Host;
  /** For a workspace that is new; 1 by default. */
  readonly seed?: number;
  /** For a workspace that is new; `realtime` by default. */
  readonly clock?: 'manual' | 'realtime';
  readonly durability?: 'sync' | 'group';
  /**
   * Whether many requests will come, so that what primaries hold is read before them, and kept in memory, and the files
   * are brought up to what was changed in steps between them (`applySome`).
   */
  readonly isServed?: boolean;
  /** What an answer survives; `power` by default. */
  readonly survives?: 'power' | 'process';
}

/** A request that has come, or goes on. */
export class Arrival {
  /** Whether the time has passed that it costs under a manual clock. */
  isCounted: boolean;

  constructor(isCounted = false) {
    this.isCounted = isCounted;
  }
}

/** A workspace that is open: its universe, changed by one request after the other, each whole or not at all. */
export class Simulation {
  private readonly options: SimulationOptions;
  private readonly store: Store;
  private readonly told: string[] = [];
  private mayGoOn = (): boolean => true;
  /** Whether requests are being handled whose changes are committed together, and whether their time has passed. */
  private isTogether = false;
  private hasArrived = false;
  /** Whether others changed the workspace and it could not be read since. */
  private isStale = false;
  private current: Universe;

  /** Opens a workspace; a new one gets its default cluster. */
  constructor(options: SimulationOptions) {
    this.options = options;
    const { directory, host, durability, survives, isServed } = options;
    this.store = openStore({ directory, host, durability, survives, appliesInSteps: isServed });
    try {
      this.current = this.openUniverse();
      if (this.current.settings.clusters_made === 0) this.makeDefaultCluster();
      if (isServed === true) this.current.clusters().forEach(readAhead);
    } catch (error) {
      this.store.close();
      throw error;
    }
  }

  /** Another one after a change that failed, and after others had the workspace. */
  get universe(): Universe {
    return this.current;
  }

  /** Another number after every change that is durable. */
  get generation(): number {
    return this.store.generation;
  }

  /** What a user should know once. */
  get notices(): readonly string[] {
    return [...this.store.notices, ...this.told];
  }

  /** Has the work of a passing time, and what it leads to, done in parts: `goOn` does the next one. */
  takeTurns(mayGoOn: () => boolean): void {
    this.mayGoOn = mayGoOn;
  }

  /**
   * A request is here, and with it the time that passed until now, in which a server may have begun what others wait for.
   *
   * @param arrival of this request, also where it comes again: what it costs under a manual clock it costs once
   * @returns whether it may be handled; else it has to come again
   */
  admit(arrival = new Arrival()): boolean {
    if (this.mustWait) return false;
    if (!arrival.isCounted || !this.isManual) this.letPass(beginToPass);
    arrival.isCounted = true;
    return !this.isBusy;
  }

  /** Lets the time pass that a request's arrival says has passed: what it costs under a manual clock is over at once. */
  arrive(): void {
    this.letPass(this.isManual ? passAtOnce : beginToPass);
  }

  private letPass(time: (universe: Universe) => void): void {
    if (this.isBehind || this.mustSync || (this.hasArrived && !this.isManual)) return;
    this.change(time);
    this.hasArrived = this.isTogether;
  }

  private get isManual(): boolean {
    return this.current.clock.mode === 'manual';
  }

  /**
   * Handles requests that arrived at one time: what they change is committed at the end. What fails takes along what was
   * changed before it, of which nobody may have been told yet.
   */
  together(work: () => void): void {
    this.isTogether = true;
    try {
      work();
    } finally {
      this.isTogether = false;
      this.hasArrived = false;
      if (this.store.isUsable) this.change(() => undefined);
    }
  }

  /** Whether something is left of what began. */
  get isBehind(): boolean {
    return this.store.isCommitting || this.current.timeline.isBehind;
  }

  /**
   * Whether a request has to wait: for a server that is in the middle of something; until what was changed is durable, where
   * that is much; and under a manual clock, where the same requests, one after the other, have the same answers.
   */
  get mustWait(): boolean {
    return this.isBusy || this.mustSync;
  }

  private get isBusy(): boolean {
    return this.isMidway || (this.isBehind && this.isManual);
  }

  /** Whether so much was changed that it is to be made durable before anything else is. */
  get mustSync(): boolean {
    return this.store.isFull && !this.isIncomplete;
  }

  /** Whether a server is in the middle of something, or what it changed is not all committed. */
  get isMidway(): boolean {
    return this.store.isCommitting || this.current.timeline.isMidway;
  }

  /** Whether what is being changed is not to be committed yet, or not all committed. */
  get isIncomplete(): boolean {
    return this.store.isCommitting || this.current.timeline.isIncomplete;
  }

  goOn(): void {
    this.committing(({ timeline }) => {
      if (!this.store.isCommitting) timeline.goOn();
    });
  }

  /**
   * Commits what `run` changes, once that is whole; of what it cannot finish nothing stays.
   *
   * @param asked what `run` is about
   */
  change<R>(run: (universe: Universe) => R): R;
  change<R, A>(run: (universe: Universe, asked: A) => R, asked: A): R;
  change<R, A>(run: (universe: Universe, asked: A) => R, asked?: A): R {
    return this.committing(changing, { run, asked: asked as A });
  }

  private committing<R, A>(run: (universe: Universe, asked: A) => R, asked?: A): R {
    try {
      const result = run(this.current, asked as A);
      if (this.store.isCommitting) this.commitMore();
      else if (this.isIncomplete) this.prepareCommit();
      else if (!this.isTogether) this.commit();
      return result;
    } catch (error) {
      this.forgetChange(error);
      throw error;
    }
  }

  private commit(): void {
    this.current.commit();
    if (this.store.isCommitting) this.commitMore();
  }

  private prepareCommit(): void {
    while (this.store.prepareCommit() && this.mayGoOn());
  }

  /** Whether there is time is asked after the last step, too: who asks has another turn, for what waited for the commit. */
  private commitMore(): void {
    do this.store.commitSome();
    while (this.mayGoOn() && this.store.isCommitting);
  }

  /** Whether all that was changed is durable. */
  get isDurable(): boolean {
    return (
      this.store.isDurable && !this.store.hasChanges && !this.isIncomplete && !this.current.clock.mustBeSaved
    );
  }

  /** Does a part of what `sync` has to do, where that is much. @returns whether there is more */
  prepareSync(): boolean {
    return this.store.prepareSync();
  }

  /** Makes everything durable that was changed (durability `group`). */
  sync(): void {
    if (this.isIncomplete) this.finish();
    this.current.commitTime();
    this.store.sync();
  }

  /** Has memory hold less of what is durable. */
  writeAhead(): void {
    if (!this.isIncomplete) this.store.writeAhead();
  }

  /** Brings the files a step nearer to what is durable. @returns whether there is another step to take */
  applySome(): boolean {
    return this.isIncomplete || (this.store.isDurable && this.store.applySome());
  }

  /** See `Store`. */
  get lag(): number {
    return this.store.lag;
  }

  /** Tells other processes that this one serves the workspace, and where. */
  announce(control: string): void {
    this.store.announce(control);
  }

  /** Lets other processes use the workspace until `resume`. */
  suspend(): void {
    if (this.isMidway) this.finish();
    this.current.commitTime();
    this.store.suspend();
  }

  resume(): void {
    this.isStale = this.store.resume() || this.isStale;
    if (!this.isStale) return;
    try {
      this.current = this.openUniverse();
      this.isStale = false;
    } catch (error) {
      this.store.suspend();
      throw error;
    }
  }

  close(): void {
    if (this.store.isUsable) this.finish();
    this.store.close();
  }

  /** The same, faster where there is much to write: nothing else may be asked meanwhile. */
  async closing(): Promise<void> {
    if (this.store.isUsable) this.finish();
    await this.store.closing();
  }

  /** What was asked of servers reaches them; the time stands where it is. */
  private finish(): void {
    const { isBehind } = this;
    this.change((universe) => (isBehind ? universe.timeline.moveTo(universe.now) : undefined));
    this.current.commitTime();
  }

  /** After a failed write nothing of the change is on the disk, and the store is good for nothing but closing. */
  private forgetChange(error: unknown): void {
    if (!this.store.isUsable) return;
    const isRefusal = error instanceof ClusterError || error instanceof UsageError;
    if (isRefusal && !this.store.hasChanges) return;
    this.store.rollback();
    this.current = this.openUniverse();
  }

  private openUniverse(): Universe {
    const { host, seed, clock, isServed = false } = this.options;
    return new Universe({
      store: this.store,
      wallNow: () => host.wallNow(),
      seed: seed ?? 1,
      clock: clock ?? 'realtime',
      startUs: MANUAL_START_US,
      keepsRecords: isServed,
      mayGoOn: () => this.mayGoOn(),
    });
  }

  private makeDefaultCluster(): void {
    this.change((universe) => createCluster(universe, DEFAULT_CLUSTER));
    this.told.push(
      "made cluster 'onebox': 3 meta servers and 3 replica servers (127.0.0.1:34601-34603, 34801-34803)",
    );
  }
}

/** What was posted meanwhile is delivered at the end. */
function changing<R, A>(
  universe: Universe,
  { run, asked }: { run: (universe: Universe, asked: A) => R; asked: A },
): R {
  const result = run(universe, asked);
  universe.timeline.deliver();
  return result;
}

function beginToPass({ clock, timeline }: Universe): void {
  timeline.beginMove(clock.arrive());
}

function passAtOnce({ clock, timeline }: Universe): void {
  timeline.moveTo(clock.arrive());
}
