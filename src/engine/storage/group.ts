import type { Appended } from './appended.ts';
import type { Changes } from './changes.ts';
import type { KeyChanges, StoredDocument } from './document.ts';
import { isUnder } from './layer.ts';
import type { StoredLog } from './log.ts';

/** From so many bytes on it takes long to write its record in the journal. */
const LONG = 128 * 1024;
/** From so many on it takes too long to make it durable at once. */
const FULL = 512 * 1024;

/** Records that are told of without anybody noticing. */
const FEW_RECORDS = 500;
/** Logs of which nobody notices that they are taken together. */
const FEW_LOGS = 500;

/** What was committed since the journal was written last. */
export class Group {
  readonly #removed = new Set<string>();
  readonly #documents = new Map<string, StoredDocument>();
  readonly #logs = new Map<string, StoredLog>();
  readonly #files = new Map<string, string>();
  readonly #kept = new Set<string>();
  /** About how long its record in the journal will be, in bytes. */
  #length = 0;

  get isEmpty(): boolean {
    const { size } = this.#removed;
    return size + this.#documents.size + this.#logs.size + this.#files.size + this.#kept.size === 0;
  }

  get length(): number {
    return this.#length;
  }

  /** Whether its record is so long that it is to be written in steps. */
  get isLong(): boolean {
    return this.#length > LONG;
  }

  /** Whether it is to be made durable before it grows on. */
  get isFull(): boolean {
    return this.#length > FULL;
  }

  /**
   * What is at `path` or in it was removed. What was committed of it before needs not be told.
   *
   * @param gone all that was committed of it, and may not be in the files yet
   */
  remove(path: string, gone: readonly string[]): void {
    for (const items of [this.#documents, this.#logs, this.#files, this.#kept])
      for (const item of gone) items.delete(item);
    this.#removed.add(path);
    this.#length += path.length;
  }

  commitDocument(document: StoredDocument): void {
    this.#documents.set(document.path, document);
    this.#length += document.commit();
  }

  /** The same of one that changed much, in steps. */
  *committingDocument(document: StoredDocument): Generator<void, void> {
    this.#documents.set(document.path, document);
    this.#length += yield* document.committing();
  }

  commitLog(log: StoredLog): void {
    this.#logs.set(log.path, log);
    this.#length += log.commit();
  }

  putFile(path: string, text: string): void {
    this.#files.set(path, text);
    this.#length += text.length;
  }

  /** A file that is there is not to be removed with what was there before. */
  keep(path: string): void {
    this.#kept.add(path);
    this.#length += path.length;
  }

  /** Whether it removes what is at `path`. */
  removes(path: string): boolean {
    for (const removed of this.#removed) if (isUnder(path, removed)) return true;
    return false;
  }

  /** All of it, for the journal; a new group begins. */
  take(): Changes {
    const steps = this.taking();
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    return step.value;
  }

  /** The same in steps. */
  *taking(): Generator<void, Changes> {
    const documents = new Map<string, KeyChanges>();
    let records = 0;
    for (const [path, document] of this.#documents) {
      const changes = yield* document.takingUnjournaled();
      documents.set(path, changes);
      records += changes.size;
      if (records < FEW_RECORDS) continue;
      records = 0;
      yield;
    }
    const logs = new Map<string, Appended>();
    for (const [path, log] of this.#logs) {
      logs.set(path, log.takeUnjournaled());
      if (logs.size % FEW_LOGS === 0) yield;
    }
    const changes = {
      removed: [...this.#removed],
      documents,
      logs,
      files: new Map(this.#files),
      kept: [...this.#kept],
    };
    for (const items of [this.#removed, this.#documents, this.#logs, this.#files, this.#kept]) items.clear();
    this.#length = 0;
    return changes;
  }
}
