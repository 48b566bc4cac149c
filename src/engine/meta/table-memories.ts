import type {
  Compactions,
  DuplicationContext,
  PartitionContext,
  RememberedTables,
  Split,
} from '../documents/meta.ts';
import type { Doc, Store } from '../storage/store.ts';

export type TableMemory = DuplicationContext | PartitionContext | Compactions | Split;

const LIST = 'tables';

/** What the leader remembers of tables, each in a document of its own: a change of one costs what that table is. */
export class TableMemories {
  private readonly store: Store;
  private readonly directory: string;
  private readonly list: Doc<RememberedTables>;
  private readonly docs = new Map<number, Doc<TableMemory>>();

  /** @param list tells of which tables there is a document: a lost one is missed */
  constructor(store: Store, directory: string, list: Doc<RememberedTables>) {
    this.store = store;
    this.directory = directory;
    this.list = list;
  }

  get(appId: number, key: string): TableMemory | undefined {
    return this.documentOf(appId).get(key);
  }

  set(appId: number, key: string, value: TableMemory): void {
    if (!this.remembered.includes(appId)) this.enlist(appId);
    this.documentOf(appId).set(key, value);
  }

  delete(appId: number, key: string): void {
    const doc = this.documentOf(appId);
    if (!doc.has(key)) return;
    doc.delete(key);
    if (doc.size > 0) return;
    this.store.remove(this.pathOf(appId));
    this.list.set(LIST, { remembered: this.remembered.filter((other) => other !== appId) });
  }

  private enlist(appId: number): void {
    this.list.set(LIST, { remembered: [...this.remembered, appId] });
  }

  private get remembered(): readonly number[] {
    return this.list.get(LIST)?.remembered ?? [];
  }

  private pathOf(appId: number): string {
    return `${this.directory}/${appId}.json`;
  }

  private documentOf(appId: number): Doc<TableMemory> {
    const known = this.docs.get(appId);
    if (known !== undefined) return known;
    const doc = this.store.document<TableMemory>(this.pathOf(appId));
    this.docs.set(appId, doc);
    return doc;
  }
}
