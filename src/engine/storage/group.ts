import type { Changes } from './changes.ts';
import type { StoredDocument } from './document.ts';
import { isUnder } from './layer.ts';
import type { StoredLog } from './log.ts';

/** About how long a document's record is. */
const USUAL_RECORD = 512;

/** What was committed since the journal was written last. */
export class Group {
  readonly #removed = new Set<string>();
  readonly #documents = new Set<StoredDocument>();
  readonly #logs = new Set<StoredLog>();
  readonly #files = new Map<string, string>();
  /** About how long its record in the journal will be, in bytes. */
  #length = 0;

  get isEmpty(): boolean {
    return this.#removed.size + this.#documents.size + this.#logs.size + this.#files.size === 0;
  }

  get length(): number {
    return this.#length;
  }

  /** What is at `path` or in it was removed. What was committed of it before needs not be told. */
  remove(path: string): void {
    for (const items of [this.#documents, this.#logs])
      for (const item of items) if (isUnder(item.path, path)) items.delete(item as never);
    for (const file of this.#files.keys()) if (isUnder(file, path)) this.#files.delete(file);
    this.#removed.add(path);
    this.#length += path.length;
  }

  commitDocument(document: StoredDocument): void {
    this.#documents.add(document);
    this.#length += document.commit() * USUAL_RECORD;
  }

  commitLog(log: StoredLog): void {
    this.#logs.add(log);
    this.#length += log.commit();
  }

  putFile(path: string, text: string): void {
    this.#files.set(path, text);
    this.#length += text.length;
  }

  /** All of it, for the journal; a new group begins. */
  take(): Changes {
    const changes = {
      removed: [...this.#removed],
      documents: new Map([...this.#documents].map((document) => [document.path, document.takeUnjournaled()])),
      logs: new Map([...this.#logs].map((log) => [log.path, log.takeUnjournaled()])),
      files: new Map(this.#files),
    };
    for (const collection of [this.#removed, this.#documents, this.#logs, this.#files]) collection.clear();
    this.#length = 0;
    return changes;
  }
}
