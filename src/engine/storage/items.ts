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
  readonly #paths = new Paths();
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
        this.dirtyLogs.add(log);
      },
    );
    if (this.#tree.pending.removes(path)) log.clear();
    this.#logs.set(path, log);
    this.#paths.add(path);
    return log;
  }

  /** What is at a path that the committed state has. */
  at(path: string): StoredDocument | StoredLog {
    return this.#documents.get(path) ?? this.log(path);
  }

  /** The running command removes what is at `path`, or in it. */
  clear(path: string): void {
    for (const item of this.#under(path)) {
      item.clear();
      for (const dirty of [this.dirtyDocuments, this.dirtyLogs]) dirty.delete(item as never);
    }
  }

  /** Makes committed that what is at `path`, or in it, is gone. */
  acceptRemoval(path: string): void {
    for (const item of this.#under(path)) item.acceptRemoval();
  }

  rollback(): void {
    for (const item of this.#all()) item.rollback();
  }

  /** Forgets what the files hold. */
  unload(): void {
    for (const item of this.#all()) item.unload();
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

  #under(path: string): Iterable<StoredDocument | StoredLog> {
    return this.#paths.under(path).map((under) => this.#documents.get(under) ?? this.log(under));
  }

  #onDisk<T>(path: string, read: () => T | undefined): T | undefined {
    this.#condition.mustBeOpen();
    return this.#tree.committed.removes(path) ? undefined : read();
  }
}
