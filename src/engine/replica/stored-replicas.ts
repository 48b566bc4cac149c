import type { ReplicaDisk } from '../documents/replica.ts';
import { NumberedDocuments } from '../storage/numbered-documents.ts';
import type { PlainKeys, Store } from '../storage/store.ts';

/** A replica that was thrown away, and when. */
export interface Discarded {
  readonly appId: number;
  readonly pidx: number;
  readonly sinceUs: number;
  readonly isDamaged: boolean;
  /** Tag of the disk that it is on. */
  readonly tag: string;
}

/** The replicas that a server has on its disks, open or closed, and those that were thrown away and are not deleted yet. */
export class StoredReplicas {
  private readonly store: Store;
  private readonly directory: string;
  private readonly docs: NumberedDocuments<ReplicaDisk>;
  private tableIds: Set<number> | undefined;
  /** Partitions that are not thrown away, of tables that somebody has asked about; and the same in their order. */
  private readonly known = new Map<number, Set<number>>();
  private readonly inOrder = new Map<number, readonly number[]>();

  /** @param directory of the server */
  constructor(store: Store, directory: string) {
    this.store = store;
    this.directory = `${directory}/reps`;
    this.docs = new NumberedDocuments(store, this.directory);
  }

  /** Ids of the tables, ascending. */
  tables(): readonly number[] {
    this.tableIds ??= new Set(this.listTables());
    return [...this.tableIds].sort((a, b) => a - b);
  }

  /** Partitions of a table that are not thrown away, ascending. */
  partitions(appId: number): readonly number[] {
    const found = this.inOrder.get(appId);
    if (found !== undefined) return found;
    const sorted = [...this.knownOf(appId)].sort((a, b) => a - b);
    this.inOrder.set(appId, sorted);
    return sorted;
  }

  /** Those that are thrown away too, ascending. */
  allPartitions(appId: number): number[] {
    return this.docs
      .of(appId)
      .keys()
      .map(Number)
      .sort((a, b) => a - b);
  }

  /** Thrown away or not. */
  get(appId: number, pidx: number): ReplicaDisk | undefined {
    return this.docs.of(appId).get(`${pidx}`);
  }

  /** Undefined for one that was thrown away. */
  kept(appId: number, pidx: number): ReplicaDisk | undefined {
    const disk = this.get(appId, pidx);
    return disk?.discarded_us === undefined ? disk : undefined;
  }

  /** One that is new, or was thrown away. */
  add(appId: number, pidx: number, disk: ReplicaDisk): void {
    this.note(appId, pidx, disk.discarded_us === undefined);
    this.tableIds?.add(appId);
    this.set(appId, pidx, disk);
  }

  set(appId: number, pidx: number, disk: ReplicaDisk, names?: readonly PlainKeys<ReplicaDisk>[]): void {
    this.docs.of(appId).set(`${pidx}`, disk, names);
  }

  /** Removes what there is of a replica. */
  erase(appId: number, pidx: number): void {
    this.note(appId, pidx, false);
    this.docs.of(appId).delete(`${pidx}`);
    this.store.remove(`${this.directory}/${appId}.${pidx}.pegasus`);
  }

  /** What was thrown away and is not deleted yet. */
  discarded(): Discarded[] {
    return this.tables().flatMap((appId) => {
      const disk = this.docs.of(appId);
      return disk.keys().flatMap((pidx) => {
        const {
          discarded_us: sinceUs,
          is_damaged: isDamaged = false,
          disk_tag: tag = 'default',
        } = disk.get(pidx) ?? {};
        return sinceUs === undefined ? [] : [{ appId, pidx: Number(pidx), sinceUs, isDamaged, tag }];
      });
    });
  }

  /** Whether a partition is kept from now on. */
  private note(appId: number, pidx: number, isKept: boolean): void {
    const known = this.known.get(appId);
    if (isKept) known?.add(pidx);
    else known?.delete(pidx);
    this.inOrder.delete(appId);
  }

  private knownOf(appId: number): ReadonlySet<number> {
    const known = this.known.get(appId);
    if (known !== undefined) return known;
    const isKept = (pidx: number): boolean => this.kept(appId, pidx) !== undefined;
    const read = new Set(this.allPartitions(appId).filter(isKept));
    this.known.set(appId, read);
    return read;
  }

  pathOf(appId: number): string {
    return this.docs.pathOf(appId);
  }

  private listTables(): number[] {
    const names = this.store.list(this.directory, '.json');
    return names.flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number);
  }
}
