import type {
  Compactions,
  Ddd,
  DuplicationContext,
  PartitionContext,
  PartitionProgress,
  RememberedTables,
  Split,
} from '../documents/meta.ts';
import { NumberedDocuments } from '../storage/numbered-documents.ts';
import type { Doc, Store } from '../storage/store.ts';

type TableMemory = DuplicationContext | PartitionProgress | Ddd | PartitionContext | Compactions | Split;

const LIST = 'tables';

/** What the leader remembers of tables, each in a document of its own: a change of one costs what that table is. */
export class TableMemories {
  private readonly store: Store;
  private readonly list: Doc<RememberedTables>;
  private readonly docs: NumberedDocuments<TableMemory>;

  /** @param list tells of which tables there is a document: a lost one is missed */
  constructor(store: Store, directory: string, list: Doc<RememberedTables>) {
    this.store = store;
    this.docs = new NumberedDocuments(store, directory);
    this.list = list;
  }

  /** Replicas that left a partition, as far as they are remembered. */
  partitionContext(gpid: string): PartitionContext {
    const known = this.get(appIdOf(gpid), `partition:${gpid}`) as PartitionContext | undefined;
    return known ?? { dropped: [] };
  }

  savePartitionContext(gpid: string, context: PartitionContext): void {
    if (context.dropped.length > 0) this.set(appIdOf(gpid), `partition:${gpid}`, context);
    else this.delete(appIdOf(gpid), `partition:${gpid}`);
  }

  /** How a partition was found that could be given no primary. */
  ddd(gpid: string): Ddd | undefined {
    return this.get(appIdOf(gpid), `ddd:${gpid}`) as Ddd | undefined;
  }

  saveDdd(gpid: string, ddd: Ddd): void {
    this.set(appIdOf(gpid), `ddd:${gpid}`, ddd);
  }

  forgetDdd(gpid: string): void {
    this.delete(appIdOf(gpid), `ddd:${gpid}`);
  }

  /** What is known of a table's manual compaction. */
  compactions(appId: number): Compactions {
    const known = this.get(appId, 'compaction') as Compactions | undefined;
    return known ?? { finished: [], running: [] };
  }

  saveCompactions(appId: number, compactions: Compactions): void {
    this.set(appId, 'compaction', compactions);
  }

  /** Partitions of a table that are being split; undefined where none is. */
  split(appId: number): Split | undefined {
    return this.get(appId, 'split') as Split | undefined;
  }

  saveSplit(appId: number, split: Split): void {
    this.set(appId, 'split', split);
  }

  forgetSplit(appId: number): void {
    this.delete(appId, 'split');
  }

  duplicationContext(appId: number, dupid: number): DuplicationContext | undefined {
    return this.get(appId, `duplication:${dupid}`) as DuplicationContext | undefined;
  }

  saveDuplicationContext(appId: number, dupid: number, context: DuplicationContext): void {
    this.set(appId, `duplication:${dupid}`, context);
  }

  /** What was reported of one of its partitions. */
  progress(appId: number, dupid: number, pidx: number): PartitionProgress | undefined {
    return this.get(appId, `progress:${dupid}/${pidx}`) as PartitionProgress | undefined;
  }

  saveProgress(appId: number, dupid: number, pidx: number, progress: PartitionProgress): void {
    this.set(appId, `progress:${dupid}/${pidx}`, progress);
  }

  /** @param count of the table's partitions */
  forgetDuplication(appId: number, dupid: number, count: number): void {
    for (let pidx = 0; pidx < count; pidx++) this.delete(appId, `progress:${dupid}/${pidx}`);
    this.delete(appId, `duplication:${dupid}`);
  }

  private get(appId: number, key: string): TableMemory | undefined {
    return this.remembered.includes(appId) ? this.docs.of(appId).get(key) : undefined;
  }

  private set(appId: number, key: string, value: TableMemory): void {
    if (!this.remembered.includes(appId)) this.enlist(appId);
    this.docs.of(appId).set(key, value);
  }

  private delete(appId: number, key: string): void {
    if (this.get(appId, key) === undefined) return;
    const doc = this.docs.of(appId);
    doc.delete(key);
    if (doc.size > 0) return;
    this.store.remove(this.docs.pathOf(appId));
    this.list.set(LIST, { remembered: this.remembered.filter((other) => other !== appId) });
  }

  private enlist(appId: number): void {
    this.list.set(LIST, { remembered: [...this.remembered, appId] });
  }

  private get remembered(): readonly number[] {
    return this.list.get(LIST)?.remembered ?? [];
  }
}

function appIdOf(gpid: string): number {
  return Number.parseInt(gpid, 10);
}
