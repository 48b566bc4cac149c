import type { StoredDocument } from './document.ts';
import type { Group } from './group.ts';
import type { Items } from './items.ts';
import type { StoredLog } from './log.ts';
import type { Tree } from './tree.ts';

/** So many changes nobody notices. */
const FEW = 200;
/** Changes of one step. */
const STEP = 50;

/** Makes what the running command changed committed, and part of the group, in steps between which nothing is changed. */
export class Commit {
  readonly #tree: Tree;
  readonly #items: Items;
  readonly #group: Group;
  readonly #onRemoval: (path: string) => void;
  readonly #onFailure: (error: unknown) => void;
  readonly #onEnd: () => void;
  #steps: Generator<void, void> | undefined;
  /** Changes that were made since the last step. */
  #done = 0;

  constructor(
    tree: Tree,
    items: Items,
    group: Group,
    handlers: Readonly<{
      /** Makes committed that what is at a path is gone. */
      onRemoval: (path: string) => void;
      /** Memory has only a part of the commit. */
      onFailure: (error: unknown) => void;
      onEnd: () => void;
    }>,
  ) {
    this.#tree = tree;
    this.#items = items;
    this.#group = group;
    this.#onRemoval = handlers.onRemoval;
    this.#onFailure = handlers.onFailure;
    this.#onEnd = handlers.onEnd;
  }

  /** Whether steps are left of what `begin` began. */
  get isUnderWay(): boolean {
    return this.#steps !== undefined;
  }

  /** Whether it takes so long that others should have their turn between the steps. */
  get isLong(): boolean {
    const { files, removed } = this.#tree.pending;
    let changes = this.#items.dirtyLogs.size + files.size + removed.size;
    for (const document of this.#items.dirtyDocuments) changes += document.changes;
    return changes > FEW;
  }

  /** All of it at once. @throws Error for what JSON cannot hold: nothing is committed then */
  run(): void {
    this.finish();
    for (const document of this.#items.dirtyDocuments) document.freeze();
    this.#guarded(() => this.#accept());
    this.#onEnd();
  }

  /** In steps. */
  begin(): void {
    this.finish();
    // What is changed between the steps belongs to the next command.
    for (const document of this.#items.dirtyDocuments) document.endCommand();
    for (const log of this.#items.dirtyLogs) log.endCommand();
    this.#steps = this.#committing();
  }

  /** @throws Error for what JSON cannot hold: nothing is committed yet */
  step(): void {
    const steps = this.#steps;
    if (steps === undefined) return;
    this.#steps = undefined;
    if (steps.next().done === true) this.#onEnd();
    else this.#steps = steps;
  }

  finish(): void {
    while (this.isUnderWay) this.step();
  }

  /** What JSON cannot hold shows before anything is committed: it can still be rolled back. */
  *#committing(): Generator<void, void> {
    for (const document of this.#items.dirtyDocuments) {
      yield* document.freezing();
      if (this.#isEnough(document.changes)) yield;
    }
    const accepting = this.#accepting();
    while (this.#guarded(() => accepting.next().done !== true)) yield;
  }

  /** What is accepted may have to be read first. */
  #accept(): void {
    const { removed, files, kept } = this.#tree.pending;
    for (const path of removed) this.#remove(path);
    for (const document of this.#items.dirtyDocuments)
      if (this.#isChanged(document)) this.#group.commitDocument(document);
    for (const log of this.#items.dirtyLogs) this.#commitLog(log);
    for (const [path, text] of files) this.#putFile(path, text);
    for (const path of kept) this.#keep(path);
  }

  /** The same in steps. */
  *#accepting(): Generator<void, void> {
    const { removed, files, kept } = this.#tree.pending;
    for (const path of removed) {
      this.#remove(path);
      if (this.#isEnough()) yield;
    }
    for (const document of this.#items.dirtyDocuments) {
      const { changes } = document;
      if (this.#isChanged(document)) yield* this.#group.committingDocument(document);
      if (this.#isEnough(changes)) yield;
    }
    for (const log of this.#items.dirtyLogs) {
      this.#commitLog(log);
      if (this.#isEnough()) yield;
    }
    for (const [path, text] of files) {
      this.#putFile(path, text);
      if (this.#isEnough()) yield;
    }
    for (const path of kept) this.#keep(path);
  }

  #remove(path: string): void {
    this.#group.remove(path, this.#tree.committed.under(path));
    this.#onRemoval(path);
  }

  /** Whether it is to be committed; it is known to be there from now on. */
  #isChanged(document: StoredDocument): boolean {
    const { path, changes } = document;
    // One that was begun and emptied stays, as it would had it been committed in between.
    if (changes === 0 && (document.size > 0 || this.#tree.wasThere(path))) return false;
    this.#tree.committed.created.add(path);
    return true;
  }

  #commitLog(log: StoredLog): void {
    this.#tree.committed.created.add(log.path);
    this.#group.commitLog(log);
  }

  #putFile(path: string, text: string): void {
    this.#tree.committed.putFile(path, text);
    this.#group.putFile(path, text);
  }

  #keep(path: string): void {
    this.#tree.committed.kept.add(path);
    this.#group.keep(path);
  }

  /** Whether with these changes a step is over. */
  #isEnough(changes = 1): boolean {
    this.#done += changes;
    if (this.#done < STEP) return false;
    this.#done = 0;
    return true;
  }

  #guarded<R>(accept: () => R): R {
    try {
      return accept();
    } catch (error) {
      this.#onFailure(error);
      throw error;
    }
  }
}
