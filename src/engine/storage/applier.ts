import type { Disk } from './disk.ts';
import { StoredDocument } from './document.ts';
import { FORMAT, formatText } from './format.ts';
import type { Items } from './items.ts';
import type { Journal } from './journal.ts';
import { Layer } from './layer.ts';
import type { StoredLog } from './log.ts';
import type { Tree } from './tree.ts';

/** What a step takes: each file is synced, or removed. */
const PARTS_IN_STEP = 4;
const PART_BYTES = 128 * 1024;
const MOST_REMOVED_BYTES = 4 * 1024 * 1024;
/** Most of what is removed before it was ever written takes a look, and no more. */
const MOST_LOOKS = 200;

/** Brings the files to what is committed, and empties the journal of what they then contain. */
export class Applier {
  readonly #disk: Disk;
  readonly #tree: Tree;
  readonly #journal: Journal;
  readonly #items: Items;
  #steps: Generator<void, void> | undefined;
  /** Logs whose files lack so much that it is worth a write. */
  readonly #longLogs = new Set<StoredLog>();
  /** The generation that the files contain. */
  applied: number | undefined;
  /** Bytes of the journal that were left when the last step was taken: committed between the steps. */
  #leftBytes = 0;
  /** What was removed by commits between the steps. */
  #removedMeanwhile = new Layer();

  constructor(disk: Disk, tree: Tree, journal: Journal, items: Items) {
    this.#disk = disk;
    this.#tree = tree;
    this.#journal = journal;
    this.#items = items;
  }

  /** Whether steps are left of what `step` began. */
  get isUnderWay(): boolean {
    return this.#steps !== undefined;
  }

  /** Bytes of the journal that are to be applied next. */
  get waitingBytes(): number {
    return this.#journal.length - this.#leftBytes;
  }

  /** The journal has something more of a log. */
  noteLog(log: StoredLog): void {
    if (log.isAheadOfFile) this.#longLogs.add(log);
  }

  get hasLongLogs(): boolean {
    return this.#longLogs.size > 0;
  }

  /** Writes into the file of one log what the journal has: with its application it becomes durable. */
  writeAhead(): void {
    for (const log of this.#longLogs) {
      this.#longLogs.delete(log);
      // What the journal removes is removed from the disk before anything new is saved there.
      if (this.#tree.committed.removes(log.path)) continue;
      log.writeAhead();
      return;
    }
  }

  /** All at once. The journal repeats it if this is interrupted. */
  applyAll(generation: number): void {
    this.#stageAll(generation);
    this.#publish();
    this.#forgetAll(generation);
  }

  /** The same, with what is to be durable made so together. */
  async applyingAll(generation: number): Promise<void> {
    this.#stageAll(generation);
    if (this.#disk.isMuchUnpublished) await this.#disk.publishing();
    else this.#publish();
    this.#forgetAll(generation);
  }

  /**
   * A few files at a time, of what is committed when the first step is taken, which must be all that the journal holds.
   * What is committed between two steps stays in the journal.
   */
  step(generation: number): void {
    this.#steps ??= this.#stepsTo(generation);
    if (this.#steps.next().done !== true) return;
    const removed = this.#removedMeanwhile;
    this.abandon();
    this.#tree.removedAgain = removed;
    this.#leftBytes = this.#journal.length;
  }

  /** The journal removes what may already be removed by a step that is still to come, and holds that longer. */
  noteRemoval(path: string): void {
    if (this.isUnderWay) this.#removedMeanwhile.remove(path);
  }

  /** The journal still holds what was not finished. */
  abandon(): void {
    this.#steps?.return();
    this.#steps = undefined;
    this.#leftBytes = 0;
    this.#tree.removedAgain = new Layer();
    this.#removedMeanwhile = new Layer();
  }

  *#stepsTo(generation: number): Generator<void, void> {
    const { committed, removedAgain } = this.#tree;
    const end = this.#journal.length;
    let parts = 0;
    let bytes = 0;
    let looks = 0;
    for (const path of [...committed.removed]) {
      for (const length of this.#disk.removing(path, committed.kept)) {
        bytes += length;
        if (++parts % PARTS_IN_STEP > 0 && bytes < MOST_REMOVED_BYTES) continue;
        bytes = 0;
        yield;
      }
      committed.removed.delete(path);
      removedAgain.remove(path);
      if (++looks % MOST_LOOKS === 0) yield;
    }
    for (; this.#disk.hasManyDirectories; yield) this.#disk.syncSomeDirectories();
    for (const path of [...committed.created]) {
      for (const _ of this.#saving(path)) {
        if (++parts % PARTS_IN_STEP > 0) continue;
        this.#publish();
        yield;
      }
    }
    this.#stageFormat(generation);
    this.#publish();
    this.applied = generation;
    yield;
    yield* this.#journal.forgettingUpTo(end);
    for (const path of committed.kept) if (!committed.removes(path)) committed.kept.delete(path);
  }

  #save(path: string): void {
    const text = this.#tree.committed.files.get(path);
    if (text === undefined) this.#items.at(path).save();
    else this.#disk.stage(path, text);
  }

  /** The same in parts. What was removed meanwhile is removed from the disk before anything new is saved there: the next time. */
  *#saving(path: string): Generator<void, void> {
    if (!this.#mayBeSaved(path)) return;
    const item = this.#tree.committed.files.has(path) ? undefined : this.#items.at(path);
    if (item instanceof StoredDocument) yield* this.#savingDocument(item);
    else if (item !== undefined) yield* this.#savingLog(item);
    else {
      this.#save(path);
      this.#tree.committed.saved(path);
      yield;
    }
  }

  *#savingLog(log: StoredLog): Generator<void, void> {
    for (let isAll = false; !isAll && this.#mayBeSaved(log.path); ) {
      isAll = log.save(PART_BYTES);
      if (isAll) this.#tree.committed.saved(log.path);
      yield;
    }
  }

  /** What is committed meanwhile the journal keeps, whatever of it the file has. */
  *#savingDocument(document: StoredDocument): Generator<void, void> {
    const { path, version } = document;
    let length = 0;
    try {
      for (const part of document.parts()) {
        if (length > 0) yield;
        if (!this.#mayBeSaved(path)) return;
        this.#disk.draft(path, length, part);
        length += part.length;
      }
      this.#disk.stageDraft(path);
      if (document.version === version) this.#tree.committed.saved(path);
    } finally {
      this.#disk.discardDraft(path);
    }
    yield;
  }

  #mayBeSaved(path: string): boolean {
    const { committed } = this.#tree;
    return committed.created.has(path) && !committed.removes(path);
  }

  #stageAll(generation: number): void {
    this.abandon();
    const { committed } = this.#tree;
    for (const path of committed.removed) for (const _ of this.#disk.removing(path, committed.kept));
    for (const path of committed.created) this.#save(path);
    this.#stageFormat(generation);
  }

  #forgetAll(generation: number): void {
    this.applied = generation;
    this.#journal.truncate();
    this.#tree.committed = new Layer();
  }

  #stageFormat(generation: number): void {
    this.#disk.stage(FORMAT, formatText({ generation }));
  }

  #publish(): void {
    this.#disk.publish();
    this.#disk.syncDirectories();
  }
}
