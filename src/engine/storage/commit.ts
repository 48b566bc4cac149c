import type { Group } from './group.ts';
import type { Items } from './items.ts';
import type { Tree } from './tree.ts';

/** So many changes nobody notices. */
const FEW = 200;

/** Makes what the running command changed committed, and part of the group, in steps between which nothing is changed. */
export class Commit {
  readonly #tree: Tree;
  readonly #items: Items;
  readonly #group: Group;
  readonly #onRemoval: (path: string) => void;
  readonly #onFailure: (error: unknown) => void;
  readonly #onEnd: () => void;
  #steps: Generator<void, void> | undefined;

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
    let changes = this.#items.dirtyLogs.size + this.#tree.pending.files.size;
    for (const document of this.#items.dirtyDocuments) changes += document.changes;
    return changes > FEW;
  }

  begin(): void {
    this.finish();
    for (const document of this.#items.dirtyDocuments) document.endCommand();
    for (const log of this.#items.dirtyLogs) log.endCommand();
    this.#steps = this.#committing();
  }

  /** @throws Error for what JSON cannot hold: nothing is committed yet */
  step(): void {
    const steps = this.#steps;
    this.#steps = undefined;
    if (steps?.next().done === false) this.#steps = steps;
    else this.#onEnd();
  }

  finish(): void {
    while (this.isUnderWay) this.step();
  }

  *#committing(): Generator<void, void> {
    // What JSON cannot hold shows before anything is committed: it can still be rolled back.
    for (const document of this.#items.dirtyDocuments) {
      if (document.changes > FEW) yield* document.freezing();
      else document.freeze();
      yield;
    }
    try {
      yield* this.#accepting();
    } catch (error) {
      this.#onFailure(error);
      throw error;
    }
  }

  /** What is accepted may have to be read first. */
  *#accepting(): Generator<void, void> {
    const { pending, committed } = this.#tree;
    for (const path of pending.removed) {
      this.#group.remove(path, committed.under(path));
      this.#onRemoval(path);
      yield;
    }
    for (const document of this.#items.dirtyDocuments) {
      // One that was begun and emptied stays, as it would had it been committed in between.
      if (document.changes === 0 && (document.size > 0 || this.#tree.wasThere(document.path))) continue;
      committed.created.add(document.path);
      if (document.changes > FEW) yield* this.#group.committingDocument(document);
      else this.#group.commitDocument(document);
      yield;
    }
    for (const log of this.#items.dirtyLogs) {
      committed.created.add(log.path);
      this.#group.commitLog(log);
      yield;
    }
    for (const [path, text] of pending.files) {
      committed.putFile(path, text);
      this.#group.putFile(path, text);
      yield;
    }
    for (const path of pending.kept) {
      committed.kept.add(path);
      this.#group.keep(path);
    }
  }
}
