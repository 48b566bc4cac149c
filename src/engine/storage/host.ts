/** What storage needs of the machine it runs on. Tests replace it. */

export interface FileStat {
  readonly directory: boolean;
  /** Bytes. */
  readonly size: number;
  /** Another one for another file of the same name, and, as far as the system's clock can tell, for one that was written to. */
  readonly version: string;
}

/**
 * The only way to the disk: operations on absolute paths, eleven of which are synchronous.
 *
 * Nothing is durable before `sync` (contents) and `syncDirectory` (names). Failures other than the ones
 * named here are thrown as WorkspaceError.
 */
export interface FileSystem {
  /** `undefined` when there is nothing at `path`. */
  stat(path: string): FileStat | undefined;
  /** The file, or its bytes from `start` up to `end`, as many as there are; `undefined` when there is none. */
  read(path: string, start?: number, end?: number): Uint8Array | undefined;
  /** Names in a directory, in no order; empty when there is none. */
  list(path: string): string[];
  /** With its parents; nothing happens when it is there. */
  makeDirectory(path: string): void;
  /** Writes at `offset`, which then is followed by these bytes only; creates the file, not its directory. */
  write(path: string, offset: number, bytes: Uint8Array): void;
  /** A file that is there, to be overwritten again and again. */
  open(path: string): OpenFile;
  sync(path: string): void;
  syncDirectory(path: string): void;
  /** Syncs files, or directories, together: a disk takes hardly longer for all than for one. Absent: they are synced one by one. */
  syncTogether?(files: readonly string[]): Promise<void>;
  syncDirectoriesTogether?(directories: readonly string[]): Promise<void>;
  /** Replaces `to`, atomically. */
  rename(from: string, to: string): void;
  /** A file or a whole directory; nothing happens when there is none. */
  remove(path: string): void;
  /** Creates a file with its contents in one atomic step; false when there is one already. */
  createExclusive(path: string, bytes: Uint8Array): boolean;
}

/** To open and close it each time takes a tenth of a sync. */
export interface OpenFile {
  /** Puts bytes in the place of as many others that the file has at `offset`, durable when it returns if `isSynced`. */
  overwrite(offset: number, bytes: Uint8Array, isSynced: boolean): void;
  close(): void;
}

export interface Host {
  readonly fs: FileSystem;
  readonly pid: number;
  /** Tells this process from others that had or will have its pid; of `[0-9a-z-]`. */
  readonly processStart: string;
  /** Whether the process that had `pid` and `start` is still running. */
  isAlive(pid: number, start: string): boolean;
  /** Microseconds since 1970. */
  wallNow(): number;
  /** Sleeps, blocking the thread. */
  pause(ms: number): void;
  /** Runs what pauses: meanwhile Ctrl-C ends the process. */
  whileBlocked<T>(work: () => T): T;
}
