import type { Host } from './host.ts';
import type { LogLine } from './log-line.ts';
import type { SealedFile } from './sealed-file.ts';

/**
 * The workspace's storage: documents, logs and immutable files that change together, in commits.
 *
 * Paths are relative to the workspace's directory, with `/`. What a command changed is seen at once by every
 * reader of the same store, reaches the disk with `commit`, and is forgotten with `rollback`.
 * Every method throws WorkspaceError when the disk refuses or holds something damaged; after a failed write the
 * store is unusable, and the next one to open the workspace finds what was acknowledged.
 */
export interface Store {
  /** A JSON object file of records by key, loaded when first used. The same path gives the same Doc. */
  document<T>(path: string): Doc<T>;
  /** A JSON-lines file, append only. The same path gives the same Log. */
  log<T>(path: string): Log<T>;
  /**
   * An immutable file that holds one JSON object, of at least one member, on lines of the caller's choice. Durable no
   * later than the next commit, which refers to it; an orphan if that never lands. A long one is written in steps, between
   * which nothing else may be changed.
   *
   * @param content the JSON in parts of which the last has the brace at its end, or a file as it was read
   * @param mayShareSync whether a short one may be in the journal before it is a file, so that many share one sync
   * @returns the length of the JSON as a line, in bytes
   */
  puttingFile(
    path: string,
    content: SealedFile | Iterable<string>,
    mayShareSync?: boolean,
  ): Generator<void, number>;
  /** @throws WorkspaceError when the file is missing or is not what `puttingFile` was given */
  readingFile(path: string): Generator<void, SealedFile>;
  /** Sees uncommitted changes. */
  exists(path: string): boolean;
  /** Sorted names in a directory, or those that end so; sees uncommitted changes. */
  list(dir: string, ending?: string): string[];
  /** A file, document, log or directory tree; takes effect with the commit. */
  remove(path: string): void;
  /**
   * Durable when it returns (durability `sync`), or when `sync` does (durability `group`). A long one is only begun by a
   * store that `appliesInSteps`: it goes on with `commitSome`, and ends before anything else is changed or made durable.
   */
  commit(): void;
  /** Whether a commit was begun and has not ended. */
  readonly isCommitting: boolean;
  /** Does a part of what is left of it. @returns whether there is more */
  commitSome(): boolean;
  /**
   * Does a part of what `commit` has to do, for one that comes later.
   *
   * @returns whether there may be more
   * @throws Error for what JSON cannot hold
   */
  prepareCommit(): boolean;
  /** Drops what is uncommitted. Objects that documents gave before are stale: get them again. */
  rollback(): void;
  /** Does a part of what `sync` has to do, where that is much. @returns whether there is more that can be done before */
  prepareSync(): boolean;
  sync(): void;
  /**
   * Writes into the files of logs what the journal has of them, once that is much, so that memory need not hold it until
   * the journal is applied; with that it becomes durable. For a store that `appliesInSteps`.
   */
  writeAhead(): void;
  /**
   * One step of bringing the files to what is durable, once the journal has grown long, for a store that `appliesInSteps`;
   * all that was committed must be durable.
   *
   * @returns whether there is another step to take
   */
  applySome(): boolean;
  /** How much of the journal the files do not have; 1 is as much as may be left to them, and 2 twice as much. */
  readonly lag: number;
  /** Tells other processes that this one serves the workspace, and where (`servedAt`). */
  announce(control: string): void;
  /** Lets other processes use the workspace until `resume`. Uncommitted changes are not allowed. */
  suspend(): void;
  /** Takes the workspace back. True: another process changed it, and objects that were got before are stale. */
  resume(): boolean;
  /** Applies the journal to the files and releases the lock; uncommitted changes are dropped. */
  close(): void;
  /** The same, faster where there are many files: nothing else may be asked of the store meanwhile. */
  closing(): Promise<void>;
  /** False after a failed write: everything but `close` throws then. */
  readonly isUsable: boolean;
  /** Whether there is anything to commit. */
  readonly hasChanges: boolean;
  /** Whether all that was committed is durable. */
  readonly isDurable: boolean;
  /**
   * Whether so much was committed that it should be made durable before there is more. Only where files are brought up in
   * steps, by one who calls `sync` soon: elsewhere a commit sees to it.
   */
  readonly isFull: boolean;
  /** Counts the durable commits of the workspace's whole life (a group counts once). */
  readonly generation: number;
  /** What was repaired on opening, for stderr. */
  readonly notices: readonly string[];
}

/** What JSON can hold. */
type Json =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Json[]
  | { readonly [name: string]: Json };

/** Names of a record's members that by their types JSON can hold: nobody looks once more whether it can. */
export type PlainKeys<T> = { [K in keyof T & string]-?: T[K] extends Json ? K : never }[keyof T & string];

/** Records by key. `get` gives the live object: change it, then `set` it to mark the change. */
export interface Doc<T> {
  get(key: string): T | undefined;
  /** Records only to look at, of which nothing is kept: those of equal text may be one object. */
  look(keys: readonly string[]): (T | undefined)[];
  /** @param names of the members that changed since the record was set last; all may have, by default */
  set(key: string, value: T, names?: readonly PlainKeys<T>[]): void;
  delete(key: string): void;
  has(key: string): boolean;
  /** Sorted by UTF-16 code units, whatever the order of insertion. */
  keys(): string[];
  readonly size: number;
}

/** Its records are objects. */
export interface Log<T> {
  append(record: T): void;
  /** A record that other logs get as well. */
  appendLine(line: LogLine): void;
  records(): T[];
  /** The last of them, without a look at the others. */
  last(): T | undefined;
  /** Those from an index on, as many at a time as are read at once; the newest cost no look into the file. */
  since(index: number): Iterable<T[]>;
  /** What those take as a file, in bytes. */
  bytesSince(index: number): number;
  /** Size as a file. */
  readonly bytes: number;
  readonly count: number;
}

export interface StoreOptions {
  /** Absolute; created when missing. */
  readonly directory: string;
  readonly host: Host;
  /** `sync` by default. */
  readonly durability?: 'sync' | 'group' | undefined;
  /** What a commit survives: a power cut (by default), or the end of this process only, which takes no syncing. */
  readonly survives?: 'power' | 'process' | undefined;
  /** How long to wait for another process to finish; 10 s by default. */
  readonly lockWaitMs?: number;
  /** Whether `applySome` is called now and then, so that nobody has to wait while all files are written. */
  readonly appliesInSteps?: boolean | undefined;
  /** The journal is applied to the files when it grows beyond this; 4 MiB by default. */
  readonly journalLimitBytes?: number;
}
