import { ClusterError, notOnRealCluster } from '../errors.ts';
import type { RealCluster } from '../rpc/idl/control.ts';
import { Agenda } from './agenda.ts';
import { Clock } from './clock.ts';
import { Cluster } from './cluster.ts';
import type { FaultRecord } from './documents/fault.ts';
import type { ClockRecord, Timer, WorkspaceSettings } from './documents/universe.ts';
import { Faults } from './faults.ts';
import { damage } from './storage/damage.ts';
import type { Doc, Store } from './storage/store.ts';
import { Timeline } from './timeline.ts';

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

/** A workspace as a simulation: clusters, one clock, one network, one seed. */
export class Universe {
  readonly store: Store;
  readonly clock: Clock;
  readonly agenda: Agenda;
  readonly timeline: Timeline;
  readonly faults: Faults;
  readonly keepsRecords: boolean;
  private readonly doc: Doc<ClockRecord | WorkspaceSettings>;
  private readonly known = new Map<string, Cluster>();

  constructor(options: UniverseOptions) {
    this.store = options.store;
    this.keepsRecords = options.keepsRecords ?? false;
    this.timeline = new Timeline(this, options.mayGoOn);
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

  /** Takes a cluster out of those there are. */
  dropCluster(name: string): void {
    const clusters = this.clusterNames().filter((other) => other !== name);
    this.saveSettings({ ...this.settings, clusters });
    this.leave(name);
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
}
