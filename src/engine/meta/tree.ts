import type { AppNode, AppRecord, DuplicationRecord, PartitionRecord, Policy } from '../documents/meta.ts';
import type { Steps } from '../steps.ts';
import { damage } from '../storage/damage.ts';
import { NumberedDocuments } from '../storage/numbered-documents.ts';
import type { Doc, Store } from '../storage/store.ts';

/** Before the ids of duplications; what a duplication keeps of a partition has one more `/`. */
const DUPLICATION = 'duplication/';

/** So many partitions are looked at in no time. */
const FEW = 1000;

/** The meta service's persistent tree, as Pegasus keeps it in ZooKeeper (`server_state.cpp`). */
export class MetaTree {
  private readonly store: Store;
  private readonly directory: string;
  private readonly index: Doc<AppRecord>;
  private readonly policyDoc: Doc<Policy>;
  private readonly nodes: NumberedDocuments<AppNode>;
  /** Of tables that were come across, by the name that they had. */
  private readonly ids = new Map<string, number>();
  /** Ids of the duplications of tables that somebody has asked about. */
  private readonly dupids = new Map<number, readonly number[]>();

  constructor(store: Store, clusterName: string) {
    this.store = store;
    this.directory = `clusters/${clusterName}/meta`;
    this.nodes = new NumberedDocuments(store, `${this.directory}/apps`);
    this.index = store.document<AppRecord>(`${this.directory}/apps.json`);
    this.policyDoc = store.document<Policy>(`${this.directory}/policies.json`);
  }

  /** Every table that ever was, dropped ones too, by ascending id. */
  apps(): AppRecord[] {
    const apps = this.index.keys().map((id) => this.index.get(id) as AppRecord);
    for (const app of apps) this.remember(app);
    return apps.sort((a, b) => a.app_id - b.app_id);
  }

  app(appId: number): AppRecord | undefined {
    return this.index.get(`${appId}`);
  }

  /** The table of that name that is not dropped. */
  appNamed(name: string): AppRecord | undefined {
    const known = this.app(this.ids.get(name) ?? 0);
    if (known?.app_name === name && known.status !== 'AS_DROPPED') return known;
    for (const id of this.index.keys()) {
      const app = this.index.get(id);
      if (app === undefined || app.status === 'AS_DROPPED') continue;
      this.remember(app);
      if (app.app_name === name) return app;
    }
    return undefined;
  }

  private remember({ app_name, app_id, status }: AppRecord): void {
    if (status !== 'AS_DROPPED') this.ids.set(app_name, app_id);
  }

  nextAppId(): number {
    return this.index.keys().reduce((highest, id) => Math.max(highest, Number(id)), 0) + 1;
  }

  saveApp(app: AppRecord): void {
    this.index.set(`${app.app_id}`, app);
  }

  /** @throws WorkspaceError where it is lost, and its table is not */
  partition(appId: number, pidx: number): PartitionRecord {
    return this.found(appId, pidx, this.nodes.of(appId).get(`${pidx}`));
  }

  /** Partitions only to look at. @throws WorkspaceError where one is lost, and its table is not */
  lookAtPartitions(appId: number, indices: readonly number[]): PartitionRecord[] {
    const records = this.nodes.of(appId).look(indices.map(String));
    const lost = records.indexOf(undefined);
    if (lost >= 0) this.found(appId, indices[lost]!, undefined);
    return records as PartitionRecord[];
  }

  /** All of a table, by index. */
  lookAtAll({ app_id, partition_count }: AppRecord): PartitionRecord[] {
    return this.lookAtPartitions(app_id, [...Array(partition_count).keys()]);
  }

  /** The same in steps. */
  *lookingAtAll({ app_id, partition_count }: AppRecord): Steps<PartitionRecord[]> {
    const all: PartitionRecord[] = [];
    while (all.length < partition_count) {
      const count = Math.min(FEW, partition_count - all.length);
      all.push(
        ...this.lookAtPartitions(
          app_id,
          Array.from({ length: count }, (_, at) => all.length + at),
        ),
      );
      yield;
    }
    return all;
  }

  hasPartition(appId: number, pidx: number): boolean {
    return this.nodes.of(appId).has(`${pidx}`);
  }

  savePartition(appId: number, pidx: number, partition: PartitionRecord): void {
    this.nodes.of(appId).set(`${pidx}`, partition);
  }

  /** Forgets the children of a split that was cancelled: those from an index on. */
  removePartitions(app: AppRecord, from: number): void {
    for (let pidx = from; pidx < app.partition_count; pidx++) this.nodes.of(app.app_id).delete(`${pidx}`);
  }

  /** Ids of a table's duplications, ascending. */
  duplicationIds(appId: number): readonly number[] {
    const known = this.dupids.get(appId) ?? this.findDuplications(appId);
    this.dupids.set(appId, known);
    return known;
  }

  private findDuplications(appId: number): readonly number[] {
    const keys = this.nodes.of(appId).keys();
    const own = keys.filter((key) => key.startsWith(DUPLICATION) && !key.includes('/', DUPLICATION.length));
    return own.map((key) => Number(key.slice(DUPLICATION.length))).sort((a, b) => a - b);
  }

  duplication(appId: number, dupid: number): DuplicationRecord | undefined {
    return this.nodes.of(appId).get(`${DUPLICATION}${dupid}`) as DuplicationRecord | undefined;
  }

  saveDuplication(appId: number, dupid: number, record: DuplicationRecord): void {
    if (this.duplication(appId, dupid) === undefined) this.dupids.delete(appId);
    this.nodes.of(appId).set(`${DUPLICATION}${dupid}`, record);
  }

  removeDuplication(appId: number, dupid: number): void {
    this.dupids.delete(appId);
    const node = this.nodes.of(appId);
    const own = `${DUPLICATION}${dupid}`;
    for (const key of node.keys()) if (key === own || key.startsWith(`${own}/`)) node.delete(key);
  }

  /** The confirmed decree that is stored for a partition; -1 = none yet. */
  progress(appId: number, dupid: number, pidx: number): number {
    return (this.nodes.of(appId).get(`${DUPLICATION}${dupid}/${pidx}`) as number | undefined) ?? -1;
  }

  saveProgress(appId: number, dupid: number, pidx: number, decree: number): void {
    this.nodes.of(appId).set(`${DUPLICATION}${dupid}/${pidx}`, decree);
  }

  /** Backup policies, by name. */
  policies(): Policy[] {
    return this.policyDoc.keys().map((name) => this.policyDoc.get(name) as Policy);
  }

  policy(name: string): Policy | undefined {
    return this.policyDoc.get(name);
  }

  savePolicy(policy: Policy): void {
    this.policyDoc.set(policy.policy_name, policy);
  }

  /** @throws WorkspaceError where there is none */
  mustBeThere(): void {
    const path = `${this.directory}/apps.json`;
    if (!this.store.exists(path)) throw damage(path, '', 'is missing');
  }

  private found(appId: number, pidx: number, partition: AppNode | undefined): PartitionRecord {
    if (partition === undefined && this.index.has(`${appId}`))
      throw damage(this.nodes.pathOf(appId), '', `does not have partition ${pidx}`);
    return partition as PartitionRecord;
  }
}
