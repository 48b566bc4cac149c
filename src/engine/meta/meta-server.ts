import { MetaFunctionLevel } from '../../rpc/idl/cluster.ts';
import { takeUpPolicies } from '../backup/policy-backup.ts';
import type { Cluster } from '../cluster.ts';
import { AssertionFailure } from '../crash.ts';
import type {
  AppRecord,
  AwaitedReports,
  FunctionLevel,
  MetaProcess,
  PendingActions,
  RememberedTables,
  TableChange,
} from '../documents/meta.ts';
import { type Endpoint, endOf } from '../network.ts';
import { readingToldTables } from '../replica/told-tables.ts';
import type { EffectiveKey, SettingValue } from '../settings.ts';
import { asPart, type Steps } from '../steps.ts';
import { damage } from '../storage/damage.ts';
import type { Doc } from '../storage/store.ts';
import { scheduleCheck } from './check-timer.ts';
import { seedingDropHistory } from './drop-history.ts';
import { watchForgottenLimits } from './duplication-limit.ts';
import { refreshDuplicating } from './duplication-modify.ts';
import { cureAfterChange } from './guardian.ts';
import { Liveness } from './liveness.ts';
import { seedSplit } from './partition-split.ts';
import { Actions } from './pending-actions.ts';
import { Reports } from './reports.ts';
import { finishingStaged } from './staging.ts';
import { TableMemories } from './table-memories.ts';
import { MetaTree } from './tree.ts';
import { finishingReplicaCounts } from './unfinished-replica-counts.ts';

type MetaMemory = MetaProcess | PendingActions | AwaitedReports | RememberedTables;

/** What a message does where it arrives; in steps, where that may take long. */
type Message = () => Steps | undefined;

/** The leading meta server of a cluster: the tree it keeps, and what it only remembers. */
export class MetaServer implements Endpoint {
  readonly cluster: Cluster;
  readonly node: string;
  readonly tree: MetaTree;
  readonly liveness: Liveness;
  readonly actions: Actions;
  readonly reports: Reports;
  readonly memories: TableMemories;
  private readonly memory: Doc<MetaMemory>;
  private readonly outbox: Message[] = [];

  constructor(cluster: Cluster, node: string) {
    this.cluster = cluster;
    this.node = node;
    this.tree = new MetaTree(cluster.universe.store, cluster.name);
    this.memory = cluster.universe.store.document<MetaMemory>(`${cluster.nodeDirectory(node)}/process.json`);
    this.memories = new TableMemories(
      cluster.universe.store,
      `${cluster.nodeDirectory(node)}/memory`,
      this.memory as Doc<RememberedTables>,
    );
    this.liveness = new Liveness(this);
    this.actions = new Actions(this, this.memory as Doc<PendingActions>);
    this.reports = new Reports(this, this.memory as Doc<AwaitedReports>);
    if (hasPartitions(this.memory.get('process') as MetaProcess | undefined)) this.tree.mustBeThere();
  }

  /**
   * Takes the lead with empty memory: everything is learnt again from the tree and from the servers.
   *
   * @throws AssertionFailure where state is to be recovered that there is, or makes no sense
   */
  *leading(): Steps {
    const recovers = this.setting('meta_server.recover_from_replica_server');
    const isEmpty = this.tree.apps().length === 0;
    this.saveProcess({
      started_us: this.cluster.universe.now,
      level: `fl_${this.setting('meta_server.meta_function_level_on_start')}` as FunctionLevel,
      recovering: recovers && isEmpty,
      workers: {},
      attention: {},
      balance: { is_collected: true, counts: {}, dirty: {} },
      deaf: [],
    });
    if (recovers && !isEmpty) throw nothingToRecover();
    if (recovers && this.cluster.universe.keepsRecords) yield* readingToldTables(this.cluster);
    yield* this.takingUp();
    yield* finishingReplicaCounts(this);
  }

  /** The state was recovered: the leader serves as any other that finds it. */
  *takingUpService(): Steps {
    const { process } = this;
    const level = process.level === 'fl_lively' ? 'fl_steady' : process.level;
    this.saveProcess({ ...process, recovering: false, is_recovered: true, level });
    yield* this.takingUp();
  }

  private *takingUp(): Steps {
    yield* this.liveness.beginning();
    yield* finishingStaged(this);
    for (const app of this.tree.apps()) {
      yield* this.takingUpTable(app);
    }
    watchForgottenLimits(this);
    takeUpPolicies(this);
  }

  private *takingUpTable(app: AppRecord): Steps {
    const partitions = yield* this.tree.lookingAtAll(app);
    yield* seedingDropHistory(this, app, partitions);
    seedSplit(this, app, partitions);
    if (app.status !== 'AS_AVAILABLE') {
      this.leaveDuplications(app.app_id);
      return;
    }
    // The one before was stopped while it was adding its first duplication.
    if (app.duplicating === 0 && this.tree.duplicationIds(app.app_id).length > 0)
      refreshDuplicating(this, app);
    this.needsAttention(app.app_id);
  }

  private leaveDuplications(appId: number): void {
    const left = this.tree.duplicationIds(appId).map((dupid) => `${appId}/${dupid}`);
    if (left.length === 0) return;
    const { process } = this;
    this.saveProcess({
      ...process,
      unknown_duplications: [...(process.unknown_duplications ?? []), ...left],
    });
  }

  /** Whether ZooKeeper does not answer, so that nothing can be stored. */
  get isStorageSilent(): boolean {
    return this.cluster.universe.faults.has('zookeeper_timeout', endOf(this));
  }

  /** Whether configurations of partitions are stored: below freezed they wait, as they do for ZooKeeper. */
  get canStoreConfigurations(): boolean {
    return !this.isStorageSilent && !this.isAtMost('fl_blind');
  }

  setting<K extends EffectiveKey>(key: K): SettingValue<K> {
    return this.cluster.settingOf(this.node, key);
  }

  get process(): MetaProcess {
    const process = this.memory.get('process');
    if (process === undefined)
      throw damage(`${this.cluster.nodeDirectory(this.node)}/process.json`, '', 'does not have "process"');
    return process as MetaProcess;
  }

  saveProcess(process: MetaProcess): void {
    this.memory.set('process', process);
  }

  get startedUs(): number {
    return this.process.started_us;
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

  get levelSet(): FunctionLevel {
    return this.process.level;
  }

  /** The level that was set, lowered while too few replica servers are alive (`meta_service.cpp get_function_level`). */
  get level(): FunctionLevel {
    const { levelSet } = this;
    return isHigher(levelSet, 'fl_freezed') && this.isFrozen() ? 'fl_freezed' : levelSet;
  }

  isAtMost(level: FunctionLevel): boolean {
    return !isHigher(this.level, level);
  }

  /** Keeps a change of a table until ZooKeeper answers. */
  postpone(change: TableChange): void {
    const { process } = this;
    this.saveProcess({ ...process, postponed: [...(process.postponed ?? []), change] });
  }

  /** What was postponed, in its order; it is no more then. */
  takePostponed(): readonly TableChange[] {
    const { postponed, ...process } = this.process;
    if (postponed !== undefined) this.saveProcess(process);
    return postponed ?? [];
  }

  /** Ids of a table's duplications, ascending, as far as the leader knows of them (`recover_from_meta_state`). */
  duplicationIds(appId: number): readonly number[] {
    const { unknown_duplications: unknown = [] } = this.process;
    return this.tree.duplicationIds(appId).filter((dupid) => !unknown.includes(`${appId}/${dupid}`));
  }

  /** Puts a table on the list of the partition check, which is then done at its next round. */
  needsAttention(appId: number): void {
    this.keepInSight(appId);
    scheduleCheck(this);
  }

  /** Puts a table on that list, whenever the next round may be. */
  keepInSight(appId: number): void {
    const { process } = this;
    if (process.attention[appId] === true) return;
    process.attention[appId] = true;
    this.saveProcess(process);
  }

  /** Sends a message after what is being handled: as upstream's are, it is handled on its own. */
  post(message: Message): void {
    this.outbox.push(message);
    this.cluster.universe.timeline.postpone(this);
  }

  /** Looks at a partition after what is being handled, as upstream does after every configuration change. */
  cureSoon(appId: number, pidx: number): void {
    this.post(() => {
      const app = this.tree.app(appId);
      if (app?.status === 'AS_AVAILABLE') cureAfterChange(this, app, pidx);
      return undefined;
    });
  }

  /** Does something that may take long; to be called last. */
  perform(steps: Steps): void {
    this.cluster.universe.timeline.perform(this.cluster, this.node, steps);
  }

  get hasMessages(): boolean {
    return this.outbox.length > 0;
  }

  deliverNext(): void {
    const steps = this.outbox.shift()?.();
    if (steps !== undefined) this.perform(steps);
  }

  /** Delivers all that was posted as a part of what the server is in the middle of. */
  *delivering(): Steps {
    while (this.outbox.length > 0) {
      const steps = this.outbox.shift()?.();
      if (steps !== undefined) yield* asPart(steps);
      yield;
    }
  }

  private isFrozen(): boolean {
    const workers = Object.values(this.process.workers);
    let alive = 0;
    for (const { state } of workers) alive += Number(state === 'alive');
    const threshold = this.setting('meta_server.node_live_percentage_threshold_for_update');
    return (
      alive < this.setting('meta_server.min_live_node_count_for_unfreeze') ||
      alive * 100 < threshold * workers.length
    );
  }
}

function isHigher(one: FunctionLevel, other: FunctionLevel): boolean {
  return MetaFunctionLevel.numbers[one]! > MetaFunctionLevel.numbers[other]!;
}

function nothingToRecover(): AssertionFailure {
  const site = {
    file: 'server_state.cpp',
    line: 814,
    function: 'initialize_data_structure',
    thread: 'meta.default0',
  };
  const text = '[false] find apps from remote storage, but [meta_server].recover_from_replica_server = true';
  return new AssertionFailure(site, '', text);
}

/** Whether the leader knows servers that have any: then there is a tree that says so. */
export function hasPartitions(process: MetaProcess | undefined): boolean {
  return Object.values(process?.workers ?? {}).some(({ partitions }) => partitions > 0);
}
