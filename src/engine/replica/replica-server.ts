import type { TimerKind } from '../agenda.ts';
import { SECOND } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import type { ReplicaDisk, ReplicaMemory, ReplicaProcess } from '../documents/replica.ts';
import type { Endpoint } from '../network.ts';
import type { EffectiveKey, SettingValue } from '../settings.ts';
import type { Steps } from '../steps.ts';
import { damage } from '../storage/damage.ts';
import { NumberedDocuments } from '../storage/numbered-documents.ts';
import type { Doc, PlainKeys } from '../storage/store.ts';
import { ClosedReplicas } from './closed-replicas.ts';
import { ScanContexts } from './data/scan-contexts.ts';
import { accountLog, rememberRole, roomOf } from './disks.ts';
import { KnownEnvs } from './known-envs.ts';
import { Replica } from './replica.ts';
import { loadingReplicas } from './restart.ts';
import { settleReplica } from './settle.ts';
import { type Discarded, StoredReplicas } from './stored-replicas.ts';

/** Ids of scan contexts have their lower half for counting, as upstream's have. */
const FIRST_SCAN_CONTEXT = 1n << 32n;

/** Timers of one replica. */
const REPLICA_TIMERS = [
  'checkpoint',
  'checkpoint-retry',
  'checkpoint-overdue',
  'duplication-ship',
  'group-check',
  'reconfiguration',
  'compaction',
  'disk-migration',
  'replica-close',
] as const;

/** A running replica server: what its process remembers and what its disk holds, replica by replica. */
export class ReplicaServer implements Endpoint {
  readonly cluster: Cluster;
  readonly node: string;
  readonly directory: string;
  readonly scans: ScanContexts;
  readonly envs: KnownEnvs;
  readonly closed: ClosedReplicas;
  /** Replies of writes that were not committed at once, by mutation: undefined until they are. */
  readonly lateReplies = new Map<string, readonly unknown[] | undefined>();
  private readonly doc: Doc<ReplicaProcess>;
  private running: ReplicaProcess | undefined;
  private readonly settings: ReturnType<Cluster['settingsOf']>;
  private readonly replicas = new Map<string, Replica>();
  /** Of a table each. */
  private readonly memories: NumberedDocuments<ReplicaMemory>;
  private readonly stored: StoredReplicas;

  constructor(cluster: Cluster, node: string) {
    this.cluster = cluster;
    this.node = node;
    this.directory = cluster.nodeDirectory(node);
    this.settings = cluster.settingsOf(node);
    this.scans = new ScanContexts(FIRST_SCAN_CONTEXT);
    const { store } = cluster.universe;
    this.memories = new NumberedDocuments(store, `${this.directory}/memory`);
    this.doc = store.document(`${this.directory}/process.json`);
    this.closed = new ClosedReplicas(store.document(`${this.directory}/process.json`));
    this.envs = new KnownEnvs(store, this.directory, this.memories, this.closed);
    this.stored = new StoredReplicas(store, this.directory);
  }

  /** Begins a process with empty memory, and loads what the disk holds. */
  *starting(): Steps {
    this.saveProcess({
      started_us: this.cluster.universe.now,
      connected: false,
      deaf: [],
      follower_errors: {},
    });
    yield* loadingReplicas(this);
    roomOf(this);
  }

  /** Does something that may take long; to be called last. */
  perform(steps: Steps): void {
    this.cluster.universe.timeline.perform(this.cluster, this.node, steps);
  }

  setting<K extends EffectiveKey>(key: K): SettingValue<K> {
    return this.settings.get(key);
  }

  get process(): ReplicaProcess {
    this.running ??= this.doc.get('process');
    if (this.running === undefined)
      throw damage(`${this.directory}/process.json`, '', 'does not have "process"');
    return this.running;
  }

  saveProcess(process: ReplicaProcess, names?: readonly PlainKeys<ReplicaProcess>[]): void {
    this.running = process;
    this.doc.set('process', process, names);
  }

  get startedUs(): number {
    return this.process.started_us;
  }

  /** When it began to take part, from which its timers run (`replica_stub.cpp initialize_start`). */
  get serviceUs(): number {
    if (!this.setting('replication.delay_for_fd_timeout_on_start')) return this.startedUs;
    return this.startedUs + (this.setting('replication.fd_grace_seconds') + 3) * SECOND;
  }

  /** Whether it sends beacons: not before it takes part, nor once it heard that it may not join. */
  get sendsBeacons(): boolean {
    return this.process.rejected !== true && this.cluster.universe.now >= this.serviceUs;
  }

  get enableAuth(): boolean {
    return this.setting('security.enable_auth');
  }

  get deaf(): readonly string[] {
    return this.process.deaf;
  }

  markDeaf(connection: string): void {
    const { process } = this;
    this.saveProcess({ ...process, deaf: [...process.deaf, connection] });
  }

  /** Remembers why a master's checkpoint could not be copied; undefined = it was. */
  noteFollowerCopy(gpid: string, code: string | undefined): void {
    const { [gpid]: _previous, ...others } = this.process.follower_errors;
    const failed = code === undefined ? {} : { [gpid]: { code, at_us: this.cluster.universe.now } };
    this.saveProcess({ ...this.process, follower_errors: { ...others, ...failed } });
  }

  /** Has the next config sync look at a table, or at all. */
  markUnsynced(table: number | 'all'): void {
    const { unsynced = [] } = this.process;
    if (unsynced === 'all' || (table !== 'all' && unsynced.includes(table))) return;
    this.saveProcess({ ...this.process, unsynced: table === 'all' ? 'all' : [...unsynced, table] });
  }

  /** Tables that were marked since the last config sync, which looks at them now. */
  get unsynced(): readonly number[] | 'all' {
    return this.process.unsynced ?? [];
  }

  clearUnsynced(): void {
    const { unsynced, ...process } = this.process;
    if (unsynced !== undefined) this.saveProcess(process);
  }

  /** Tables of which a replica here duplicates or takes it that it does, ascending. */
  get duplicated(): readonly number[] {
    return this.process.duplicated ?? [];
  }

  /** Forgets a table of which no replica duplicates any more. */
  refreshDuplicated(appId: number): void {
    if (!this.duplicated.includes(appId)) return;
    const isDuplicating = (pidx: string): boolean => {
      const replica = this.findUnsettled(`${appId}.${pidx}`);
      return replica !== undefined && duplicates(replica);
    };
    if (this.memories.of(appId).keys().some(isDuplicating)) return;
    this.saveProcess({ ...this.process, duplicated: this.duplicated.filter((other) => other !== appId) });
  }

  /** The replica that this server has open, up to date with the time; undefined when there is none. */
  find(gpid: string): Replica | undefined {
    const replica = this.findUnsettled(gpid);
    if (replica !== undefined) settleReplica(replica);
    return replica;
  }

  /** Like `find`, without catching up with what an idle replica does by itself. */
  findUnsettled(gpid: string): Replica | undefined {
    const replica = this.findHeld(gpid);
    return replica?.isClosing === true ? undefined : replica;
  }

  /** The replica that was removed, and is not closed yet. */
  findClosing(gpid: string): Replica | undefined {
    const replica = this.findHeld(gpid);
    return replica?.isClosing === true ? replica : undefined;
  }

  /**
   * The replica in memory, whether it is about to be closed or not.
   *
   * @throws WorkspaceError where of disk and memory one is gone
   */
  findHeld(gpid: string): Replica | undefined {
    const known = this.replicas.get(gpid);
    if (known !== undefined) return known;
    const [appId, pidx] = gpid.split('.').map(Number) as [number, number];
    const ram = this.memories.of(appId).get(`${pidx}`);
    const disk = this.stored.get(appId, pidx);
    if (ram !== undefined && disk !== undefined) return this.adopt(new Replica(this, appId, pidx, disk, ram));
    if (ram !== undefined)
      throw damage(this.stored.pathOf(appId), '', `does not have replica ${pidx}, which is open`);
    const isOpen =
      disk !== undefined && disk.discarded_us === undefined && this.closed.get(gpid) === undefined;
    if (isOpen && !this.cluster.universe.store.exists(this.memories.pathOf(appId)))
      throw damage(this.memories.pathOf(appId), '', 'is missing');
    return undefined;
  }

  /** Opens a replica: one that was just made, or one found on the disk. */
  open(appId: number, pidx: number, disk: ReplicaDisk, ram: ReplicaMemory): Replica {
    if (this.stored.get(appId, pidx)?.discarded_us !== undefined) this.erase(appId, pidx);
    const replica = this.adopt(new Replica(this, appId, pidx, disk, ram));
    this.markUnsynced(appId);
    this.forgetClosed(replica);
    if (this.diskOf(appId, pidx) === undefined) this.stored.add(appId, pidx, disk);
    replica.saveDisk();
    replica.saveRam();
    return replica;
  }

  /** Closes a replica; its directory stays. */
  close(replica: Replica): void {
    rememberRole(replica);
    const {
      ballot,
      last_committed_decree: committed,
      last_prepared_decree: prepared,
      measured,
      first_envs,
    } = replica.ram;
    this.closed.save(replica.gpid, { ballot, committed, prepared, measured, first_envs });
    this.markUnsynced(replica.appId);
    accountLog(replica, 0);
    for (const kind of REPLICA_TIMERS) this.cluster.universe.agenda.cancel(this.timer(replica, kind));
    this.scans.closeReplica(replica.appId, replica.pidx);
    this.memories.of(replica.appId).delete(`${replica.pidx}`);
    this.replicas.delete(replica.gpid);
  }

  /** The disk record of a replica, open or closed; undefined for one that was thrown away. */
  diskOf(appId: number, pidx: number): ReplicaDisk | undefined {
    return this.stored.kept(appId, pidx);
  }

  /** Throws a closed replica away, as garbage or as damaged; its files stay until the disk is cleaned. */
  discard(appId: number, pidx: number, is_damaged = false): void {
    const disk = this.diskOf(appId, pidx);
    if (disk === undefined) return;
    this.stored.add(appId, pidx, { ...disk, discarded_us: this.cluster.universe.now, is_damaged });
  }

  /** What was thrown away and is not deleted yet. */
  discarded(): Discarded[] {
    return this.stored.discarded();
  }

  /** Removes what the disk holds of a replica. */
  erase(appId: number, pidx: number): void {
    this.stored.erase(appId, pidx);
  }

  /** Ids of the tables that have a replica on this server's disk, ascending. */
  tablesOnDisk(): readonly number[] {
    return this.stored.tables();
  }

  /** Partitions of a table on this server's disk, ascending. */
  partitionsOnDisk(appId: number): readonly number[] {
    return this.stored.partitions(appId);
  }

  /** The same, with those that were thrown away: no record is read for that. */
  allPartitionsOnDisk(appId: number): readonly number[] {
    return this.stored.allPartitions(appId);
  }

  /** Reads what its disk and its memory have of a table: their records are parsed when somebody asks for them. */
  readAhead(appId: number): void {
    this.stored.partitions(appId);
    this.memories.of(appId).has('0');
  }

  /** Every open replica of a table, by partition. */
  replicasOf(appId: number): Replica[] {
    const indices = this.memories
      .of(appId)
      .keys()
      .map(Number)
      .sort((a, b) => a - b);
    return indices.flatMap((pidx) => this.find(`${appId}.${pidx}`) ?? []);
  }

  /** Every replica in memory as it is, without catching up with what idle ones do by themselves. */
  held(): Replica[] {
    return [...this.holding()];
  }

  /** The same of one table. */
  heldOf(appId: number): Replica[] {
    return [...this.holding([appId])];
  }

  /** The same of some tables, one by one. */
  *holding(appIds = this.tablesOnDisk()): Generator<Replica, void> {
    for (const appId of appIds) {
      for (const pidx of this.memories.of(appId).keys()) {
        const replica = this.findHeld(`${appId}.${pidx}`);
        if (replica !== undefined) yield replica;
      }
    }
  }

  /** Every open replica. */
  all(): Replica[] {
    return this.tablesOnDisk().flatMap((appId) => this.replicasOf(appId));
  }

  /** Brings every replica up to date with the time. */
  settle(): void {
    this.all();
  }

  /** How many replicas have a timer of a kind. */
  pendingTimers(kind: TimerKind): number {
    return this.cluster.universe.agenda.count(this.cluster.name, this.node, kind);
  }

  timer<K extends string>(replica: Replica, kind: K) {
    return { cluster: this.cluster.name, node: this.node, kind, gpid: replica.gpid };
  }

  saveMemory(replica: Replica, names?: readonly PlainKeys<ReplicaMemory>[]): void {
    this.memories.of(replica.appId).set(`${replica.pidx}`, replica.ram, names);
    if (names === undefined && duplicates(replica)) this.markDuplicated(replica.appId);
  }

  saveDisk(replica: Replica, names?: readonly PlainKeys<ReplicaDisk>[]): void {
    this.stored.set(replica.appId, replica.pidx, replica.disk, names);
    accountLog(replica);
    if (names === undefined && duplicates(replica)) this.markDuplicated(replica.appId);
  }

  private markDuplicated(appId: number): void {
    if (this.duplicated.includes(appId)) return;
    const duplicated = [...this.duplicated, appId].sort((a, b) => a - b);
    this.saveProcess({ ...this.process, duplicated });
  }

  /** What a replica was when the disks were measured counts, closed in between or not. */
  private forgetClosed({ gpid, ram }: Replica): void {
    const closed = this.closed.get(gpid);
    if (closed === undefined) return;
    ram.measured = closed.measured;
    this.closed.forget(gpid);
  }

  private adopt(replica: Replica): Replica {
    this.replicas.set(replica.gpid, replica);
    return replica;
  }
}

function duplicates({ ram, disk }: Replica): boolean {
  const isMarked = ram.duplication_master || ram.duplicating === true || disk.duplicating;
  return isMarked || Object.keys(ram.duplicators).length > 0;
}
