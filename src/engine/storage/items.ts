import type { Condition } from './condition.ts';
import type { Disk } from './disk.ts';
import { StoredDocument } from './document.ts';
import { StoredLog } from './log.ts';
import { Paths } from './paths.ts';
import { checkPath, type Tree } from './tree.ts';

/** The documents and logs of a workspace that somebody has asked for. */
export class Items {
  readonly #disk: Disk;
  readonly #tree: Tree;
  readonly #condition: Condition;
  readonly #endCommit: () => void;
  readonly #documents = new Map<string, StoredDocument>();
  readonly #logs = new Map<string, StoredLog>();
  /** Where there may be something: what was removed, and nobody changed since, is in it no more. */
  readonly #paths = new Paths();
  /** What the running command removed. */
  #cleared = new Paths();
  /** Those that the running command changes. */
  readonly dirtyDocuments = new Set<StoredDocument>();
  readonly dirtyLogs = new Set<StoredLog>();

  /** @param endCommit of what was begun: called before one of them is made, or changed by the next command */
  constructor(disk: Disk, tree: Tree, condition: Condition, endCommit: () => void) {
    this.#disk = disk;
    this.#tree = tree;
    this.#condition = condition;
    this.#endCommit = endCommit;
  }

  document(path: string): StoredDocument {
    const known = this.#documents.get(path);
    if (known !== undefined) return known;
    this.#condition.mustBeOpen();
    checkPath(path);
    this.#endCommit();
    const document = new StoredDocument(
      {
        path,
        load: () => this.#onDisk(path, () => this.#disk.read(path)),
        save: (text) => this.#disk.stage(path, text),
      },
      () => {
        this.#condition.mustBeOpen();
        this.#endCommit();
        this.#tree.create(path);
        this.#paths.add(path);
        this.dirtyDocuments.add(document);
      },
    );
    if (this.#tree.pending.removes(path)) document.clear();
    this.#documents.set(path, document);
    this.#paths.add(path);
    return document;
  }

  log(path: string): StoredLog {
    const known = this.#logs.get(path);
    if (known !== undefined) return known;
    this.#condition.mustBeOpen();
    checkPath(path);
    this.#endCommit();
    const log = new StoredLog(
      {
        path,
        size: () => this.#onDisk(path, () => this.#disk.stat(path)?.size) ?? 0,
        load: (start, end) => this.#onDisk(path, () => this.#disk.read(path, start, end)),
        save: (offset, bytes, isEnd) => this.#disk.append(path, offset, bytes, isEnd),
      },
      () => {
        this.#condition.mustBeOpen();
        this.#endCommit();
        this.#tree.create(path);
        this.#paths.add(path);
        this.dirtyLogs.add(log);
      },
    );
    if (this.#tree.pending.removes(path)) log.clear();
    this.#logs.set(path, log);
    this.#paths.add(path);
    return log;
  }

  /** What is known at a path, or else the log that the committed state has there. */
  at(path: string): StoredDocument | StoredLog {
    return this.#documents.get(path) ?? this.log(path);
  }

  /** The running command removes what is at `path`, or in it. */
  clear(path: string): void {
    for (const known of this.#paths.under(path)) {
      const item = this.at(known);
      item.clear();
      for (const dirty of [this.dirtyDocuments, this.dirtyLogs]) dirty.delete(item as never);
      this.#paths.delete(known);
      this.#cleared.add(known);
    }
  }

  /** Makes committed that what is at `path`, or in it, is gone. */
  acceptRemoval(path: string): void {
    for (const known of this.#paths.under(path)) this.at(known).acceptRemoval();
    for (const known of this.#cleared.under(path)) {
      this.at(known).acceptRemoval();
      this.#cleared.delete(known);
    }
  }

  rollback(): void {
    for (const item of this.#all()) item.rollback();
    for (const path of this.#cleared) this.#paths.add(path);
    this.#cleared = new Paths();
  }

  /** Forgets what the files hold: whatever is known may be there. */
  unload(): void {
    for (const item of this.#all()) {
      item.unload();
      this.#paths.add(item.path);
    }
    this.#cleared = new Paths();
  }

  /** @throws WorkspaceError when the file of a log is shorter than what the journal adds to */
  verify(): void {
    for (const log of this.#logs.values()) log.verify();
  }

  /** The running command is over. */
  forgetDirty(): void {
    this.dirtyDocuments.clear();
    this.dirtyLogs.clear();
  }

  #all(): Iterable<StoredDocument | StoredLog> {
    return [...this.#documents.values(), ...this.#logs.values()];
  }

  #onDisk<T>(path: string, read: () => T | undefined): T | undefined {
    this.#condition.mustBeOpen();
    return this.#tree.committed.removes(path) ? undefined : read();
  }
}
