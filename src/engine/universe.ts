import { ClusterError, notOnRealCluster } from '../errors.ts';
import type { RealCluster } from '../rpc/idl/control.ts';
import { Agenda } from './agenda.ts';
import { Clock } from './clock.ts';
import { Cluster } from './cluster.ts';
import { AssertionFailure } from './crash.ts';
import type { FaultRecord } from './documents/fault.ts';
import type { ClockRecord, Timer, WorkspaceSettings } from './documents/universe.ts';
import { faultIsDue, forgetFaultsOf, isHeldUp } from './fault-effects.ts';
import { Faults } from './faults.ts';
import { crashServer } from './lifecycle.ts';
import { allOf, type Steps } from './steps.ts';
import { damage } from './storage/damage.ts';
import type { Doc, Store } from './storage/store.ts';
import { handleTimer } from './timers.ts';

export interface UniverseOptions {
  readonly store: Store;
  /** The wall clock, in microseconds since the Unix epoch. */
  readonly wallNow: () => number;
  /** For a workspace that is new. */
  readonly seed: number;
  readonly clock: 'realtime' | 'manual';
  /** Where a manual clock starts, in microseconds since the Unix epoch. */
  readonly startUs: number;
  /** Whether primaries have their records at hand from their first write on; else from the first read on. */
  readonly keepsRecords?: boolean;
  /** Whether there is time for more before others have their turn; asked between one piece of work and the next. */
  readonly mayGoOn?: () => boolean;
}

/** A server with messages that could not all be delivered before others had their turn. */
interface Outbox {
  readonly cluster: Cluster;
  readonly node: string;
  deliver(): void;
}

/** What a server of a cluster is in the middle of. */
interface Performance {
  readonly cluster: Cluster;
  readonly steps: Steps;
}

export type Outcome<R> = { readonly crashed: false; readonly value: R } | { readonly crashed: true };

/** A workspace as a simulation: clusters, one clock, one network, one seed. */
export class Universe {
  readonly store: Store;
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly faults: Faults;
  readonly keepsRecords: boolean;
  private readonly doc: Doc<ClockRecord | WorkspaceSettings>;
  private readonly known = new Map<string, Cluster>();
  private readonly mayGoOn: () => boolean;
  /** Where the clock is being moved to. */
  private target = 0;
  /** Where it goes on to when others have had their turn. */
  private goal = 0;
  /** Whether what is being done is done in one go. */
  private isWhole = false;
  private readonly undelivered = new Set<Outbox>();
  private interrupted: Performance | undefined;
  private isPerforming = false;

  constructor(options: UniverseOptions) {
    this.store = options.store;
    this.keepsRecords = options.keepsRecords ?? false;
    this.mayGoOn = options.mayGoOn ?? (() => true);
    this.doc = options.store.document('workspace.json');
    const initial = {
      mode: options.clock,
      now_us: options.clock === 'manual' ? options.startUs : options.wallNow(),
    };
    this.clock = new Clock(this.doc as Doc<ClockRecord>, options.wallNow, initial);
    this.agenda = new Agenda(options.store.document<Timer>('agenda.json'));
    this.checkPresent();
    if (!this.doc.has('settings')) {
      this.saveSettings({ seed: options.seed, current_cluster: '', clusters: [], clusters_made: 0 });
      this.clock.save();
    }
    this.faults = new Faults(options.store.document<FaultRecord | number>('faults.json'), this.settings.seed);
  }

  /** @throws WorkspaceError when a file is gone without which the rest would be taken for nothing */
  private checkPresent(): void {
    const made = this.doc.has('settings') ? this.settings.clusters_made : undefined;
    if (made === undefined && this.store.exists('clusters')) throw damage('workspace.json', '', 'is missing');
    if (made !== undefined && made > 0 && !this.store.exists('agenda.json'))
      throw damage('agenda.json', '', 'is missing');
  }

  get now(): number {
    return this.clock.now;
  }

  /** Commits what changed; that the time went on is a change only where it would be forgotten otherwise. */
  commit(): void {
    if (!this.store.hasChanges) return;
    this.clock.save();
    this.store.commit();
  }

  /** Commits the time reached too, before others may look. */
  commitTime(): void {
    if (this.clock.mustBeSaved) this.clock.save();
    this.commit();
  }

  get settings(): WorkspaceSettings {
    return this.doc.get('settings') as WorkspaceSettings;
  }

  saveSettings(settings: WorkspaceSettings): void {
    this.doc.set('settings', settings);
  }

  /** By order of creation. */
  clusterNames(): readonly string[] {
    return this.settings.clusters;
  }

  /** Those elsewhere that are remembered, by order of being added. */
  realClusters(): RealCluster[] {
    const { real_clusters: real, current_cluster } = this.settings;
    if (real === undefined) return [];
    return Object.entries(real).map(([name, metas]) => ({
      name,
      metas,
      is_current: name === current_cluster,
    }));
  }

  clusters(): Cluster[] {
    return this.clusterNames().map((name) => this.cluster(name));
  }

  findCluster(name: string): Cluster | undefined {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    if (!this.clusterNames().includes(name)) return undefined;
    const cluster = new Cluster(this, name);
    this.known.set(name, cluster);
    return cluster;
  }

  /**
   * One that is simulated.
   *
   * @throws ClusterError ERR_OBJECT_NOT_FOUND
   * @throws UsageError where it is a real one
   */
  cluster(name: string): Cluster {
    const cluster = this.findCluster(name);
    if (cluster !== undefined) return cluster;
    if (this.realClusters().some((real) => real.name === name))
      throw notOnRealCluster(`'${name}' is one: pegsh cluster list shows those that are simulated here`);
    throw new ClusterError(
      'ERR_OBJECT_NOT_FOUND',
      `there is no cluster '${name}' in this workspace`,
      `pegsh cluster list shows those there are; pegsh cluster create ${name} makes it`,
    );
  }

  /** Takes in a cluster that is just being made; the first of a workspace is the current one. */
  addCluster(name: string): Cluster {
    const { settings } = this;
    this.saveSettings({
      ...settings,
      clusters: [...settings.clusters, name],
      clusters_made: settings.clusters_made + 1,
      current_cluster: settings.current_cluster === '' ? name : settings.current_cluster,
    });
    return this.cluster(name);
  }

  /** Forgets a cluster with all it has. */
  removeCluster(name: string): void {
    const clusters = this.clusterNames().filter((other) => other !== name);
    this.saveSettings({ ...this.settings, clusters });
    this.leave(name);
    forgetFaultsOf(this, name);
    this.agenda.cancelAll(name);
    this.store.remove(`clusters/${name}`);
    this.known.delete(name);
  }

  forgetRealCluster(name: string): void {
    const { [name]: _, ...real } = this.settings.real_clusters ?? {};
    this.saveSettings({ ...this.settings, real_clusters: real });
    this.leave(name);
  }

  /** The current cluster is one that there is. */
  private leave(name: string): void {
    const { settings } = this;
    if (settings.current_cluster === name)
      this.saveSettings({ ...settings, current_cluster: settings.clusters[0] ?? '' });
  }

  /** Lets time pass up to `time`, handling what falls due. */
  moveTo(time: number): void {
    this.inOneGo(() => this.move(time));
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

  /** The same, as far as there is time for it: `goOn` does what is left. */
  beginMove(time: number): void {
    this.goal = Math.max(this.goal, time);
    this.move(this.goal);
  }

  goOn(): void {
    if (this.isBehind) this.beginMove(this.now);
  }

  /** Whether something is left to do before the time can go on as it does. */
  get isBehind(): boolean {
    return this.now < this.goal || this.undelivered.size > 0 || this.isMidway;
  }

  /** Whether others need not have their turn first. */
  get hasTurn(): boolean {
    return this.isWhole || this.isPerforming || (!this.isMidway && this.mayGoOn());
  }

  /**
   * Does what a server does at one time in steps, and delivers what was posted. Where there is no time for all of them,
   * `goOn` takes the next; but nothing else may happen before they are over, and nothing be committed: nobody else knows
   * what is left of them. To be called last.
   */
  perform(cluster: Cluster, node: string, steps: Steps): void {
    if (this.isPerforming) {
      allOf(steps);
      return;
    }
    this.inOneGo(() => this.takeUp());
    this.take({ cluster, steps: this.guarding(cluster, node, steps) });
  }

  /** Goes on with what was interrupted. */
  private takeUp(): void {
    const { interrupted } = this;
    this.interrupted = undefined;
    if (interrupted !== undefined) this.take(interrupted);
  }

  /** Whether a server is in the middle of something. */
  get isMidway(): boolean {
    return this.interrupted !== undefined;
  }

  private take(performance: Performance): void {
    while (this.hasStep(performance.steps)) {
      if (this.hasTurn) continue;
      this.interrupted = performance;
      return;
    }
    this.findCluster(performance.cluster.name)?.meta?.deliver();
  }

  private hasStep(steps: Steps): boolean {
    this.isPerforming = true;
    try {
      return steps.next().done !== true;
    } finally {
      this.isPerforming = false;
    }
  }

  /** Has what is left in an outbox delivered before anything else falls due. */
  postpone(outbox: Outbox): void {
    this.undelivered.add(outbox);
  }

  /** What falls due is handled in the same order, however often others have their turn in between. */
  private move(time: number): void {
    this.target = time;
    this.takeUp();
    while (this.hasDelivered()) {
      const timer = this.agenda.takeDue(time);
      if (timer === undefined) {
        this.clock.moveTo(Math.max(this.now, time));
        return;
      }
      this.clock.moveTo(Math.max(this.now, timer.at_us));
      this.runTimer(timer);
      if (!this.hasTurn) return;
    }
  }

  /** Delivers what was left of messages. Whether that is all, and done. */
  private hasDelivered(): boolean {
    if (this.undelivered.size === 0) return !this.isMidway;
    for (const outbox of [...this.undelivered]) {
      if (this.isMidway) return false;
      const { cluster, node } = outbox;
      this.undelivered.delete(outbox);
      if (this.findCluster(cluster.name)?.meta === outbox) this.guard(cluster, node, () => outbox.deliver());
    }
    return this.undelivered.size === 0 && !this.isMidway;
  }

  /** Until when nothing happens but retries, while the time moves on. */
  get idleUntil(): number {
    return Math.min(this.target, this.agenda.nextWorkAt() - 1);
  }

  /** Lets time pass until something is there, at most up to `deadline`; undefined where it never came. */
  moveUntil<R>(deadline: number, look: () => R | undefined): R | undefined {
    let found = look();
    while (found === undefined && this.now < deadline) {
      this.moveTo(Math.min(deadline, Math.max(this.now, this.agenda.nextAt() ?? deadline)));
      found = look();
    }
    return found;
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

  /** Takes down the server in which an assertion failed; whatever else is thrown is nobody's to catch. */
  crash(cluster: Cluster, node: string, error: unknown): void {
    if (!(error instanceof AssertionFailure)) throw error;
    crashServer(cluster, node, error);
  }

  /** The same of what a server does in steps. @returns undefined where one failed: it is the last */
  *guarding<R>(cluster: Cluster, node: string, steps: Steps<R>): Steps<R | undefined> {
    for (;;) {
      const step = this.guard(cluster, node, () => steps.next());
      if (step.crashed) return undefined;
      if (step.value.done === true) return step.value.value;
      yield;
    }
  }

  private runTimer(timer: Timer): void {
    if (timer.kind === 'fault') {
      this.inOneGo(() => faultIsDue(this, timer));
      return;
    }
    const cluster = this.findCluster(timer.cluster);
    if (cluster === undefined) return;
    if (isHeldUp(cluster, timer)) {
      this.agenda.hold(timer);
      return;
    }
    this.guard(cluster, timer.node, () => handleTimer(cluster, timer));
  }
}
