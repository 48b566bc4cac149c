import type { PrivateLog } from '../rpc/idl/mutation-log.ts';
import type { CommandEntry } from './command.ts';

/** What only the program around the commands can do. */
export interface Shell {
  /**
   * Lets real time pass. What was answered is shown, and others may use the workspace meanwhile.
   *
   * @throws Interrupted on Ctrl-C
   */
  pause(ms: number): Promise<void>;
  /** Lines are read, one after another, where else a run is one command. */
  readonly readsLines: boolean;
  /** Every command of every dialect: what help lists. */
  readonly commands: readonly CommandEntry[];
  /** The flags that stand before a command. */
  readonly globalFlags: readonly GlobalFlag[];
  readonly workspace: Workspace;
  /** Runs a file of lines in this session (`-`: those of stdin). */
  runFile(path: string, options: RunFileOptions): Promise<number>;
  /**
   * What can be typed next, for a completion outside of the prompt. No workspace is made for it.
   *
   * @param words those that are whole, after `pegsh`
   * @param partial what the next one begins with
   */
  complete(words: readonly string[], partial: string): Promise<readonly Completion[]>;
  /**
   * A file, relative to where pegsh runs; of `examples/…` where there is none, the one that comes with pegsh. The writer
   * of a pipe is waited for, and may use the workspace meanwhile.
   *
   * @throws UsageError when it cannot be read
   * @throws Interrupted
   */
  readFile(path: string): Promise<Uint8Array>;
  /**
   * Begins a file anew, relative to where pegsh runs; the reader of a pipe is waited for.
   *
   * @throws UsageError when it cannot be opened
   * @throws Interrupted
   */
  openFile(path: string): Promise<OutputFile>;
  /**
   * What replica servers wrote into the log files of a directory, which are left as they are.
   *
   * @returns undefined when there is no such directory
   * @throws UsageError when it, or one of the files, cannot be read
   */
  privateLog(directory: string): Promise<PrivateLog | undefined>;
  /** What the line before this one answered. */
  answered(): LastAnswer;
  /** Runs the `console` blocks of a Markdown file in a workspace of its own; `update` rewrites what differs. */
  checkDocument(path: string, options: { readonly update: boolean }): Promise<DocumentCheck>;
  /**
   * Lets `work` run lines in another workspace: this one is left alone, and what the lines write is handed to `work`.
   *
   * The other workspace is new, with manual clock and seed 1, so that the same lines give the same bytes.
   * It is deleted at the end, unless `keepIn` says where to keep it.
   *
   * @throws UsageError when there is something in `keepIn` already
   */
  rehearse<R>(
    options: { readonly keepIn?: string },
    work: (runLine: (line: string) => Promise<LineResult>) => Promise<R>,
  ): Promise<R>;
  /**
   * Serves the workspace to clients of Pegasus until it is told to stop (Ctrl-C, SIGTERM, idleness).
   *
   * @throws UsageError when an address is taken, or there is no such cluster
   */
  serve(request: ServeRequest, audience: ServeAudience): Promise<ServeStatistics>;
  /** Lives through what a seed stands for, in memory; the workspace is left alone. */
  simulate(
    seed: number,
    length: { readonly operations: number } | { readonly hours: number },
  ): Promise<Simulation>;
  /** Every RPC that clients of Pegasus may send, and whether `serve` answers it. */
  coverage(): Promise<readonly CoveredRpc[]>;
}

export interface CoveredRpc {
  readonly code: string;
  readonly server: 'meta' | 'replica';
  readonly is_served: boolean;
}

export interface ServeRequest {
  /** An IPv4 address of this machine. */
  readonly host: string;
  /** Added to every port; undefined: any port that is free. */
  readonly portOffset: number | undefined;
  /** Where it is written, as JSON, who listens where, as soon as all do. */
  readonly readyFile: string | undefined;
  /** Serves a new workspace that leaves nothing behind. */
  readonly memory: boolean;
  /** All when there are none. */
  readonly clusters: readonly string[];
  /** Made, and healthy, before anybody is served. */
  readonly tables: readonly { readonly name: string; readonly partitions: number }[];
  readonly idleTimeoutMs: number | undefined;
  readonly hostPorts: boolean;
}

export interface ServedCluster {
  readonly name: string;
  readonly metas: readonly string[];
  readonly replicas: readonly string[];
}

export interface ServeStatistics {
  readonly connections: number;
  readonly requests: number;
  /** The simulated time, in microseconds since the Unix epoch. */
  readonly nowUs: number;
}

/** Who hears how it goes. */
export interface ServeAudience {
  ready(clusters: readonly ServedCluster[], statistics: ServeStatistics): void;
  event(event: { readonly event: string } & Record<string, unknown>, statistics: ServeStatistics): void;
  /** Every second. */
  tick(statistics: ServeStatistics): void;
}

/** What a simulated run came to. */
export interface Simulation {
  readonly operations: number;
  readonly virtualMs: number;
  readonly failure?: {
    readonly text: string;
    readonly after: number;
    readonly operations: number;
    /** Lines for `pegsh run` that lead there. */
    readonly script: string;
  };
}

export interface RunFileOptions {
  /** Runs the lines after one that failed, too. */
  readonly keepGoing: boolean;
  /** Tells on stderr how long each line took. */
  readonly timing: boolean;
  /** What `$1`, `$2` … stand for. */
  readonly args: readonly string[];
}

/** What a person is asked. */
export interface Question {
  readonly text: string;
  /** Absent: any text is an answer. */
  readonly choices?: readonly Completion[];
}

/** One thing that can be typed or chosen, and what it is. */
export interface Completion {
  readonly value: string;
  readonly about?: string;
}

export interface LastAnswer {
  readonly exitCode: number;
  /** stdout and stderr, in the order of writing. */
  readonly text: string;
  /** What `--json` shows of it. */
  reply(): unknown;
}

/** How help shows a flag: `-C, --cluster NAME`, its environment variable, what it means. */
export interface GlobalFlag {
  readonly form: string;
  readonly environment: string;
  readonly summary: string;
}

/** What one line wrote, stdout and stderr in the order of writing, and how it ended. */
export interface LineResult {
  readonly text: string;
  readonly exitCode: number;
}

/** Where the clusters of this machine are kept. */
export interface Workspace {
  readonly directory: string;
  /**
   * Makes a workspace with its default cluster and returns its directory.
   *
   * @throws UsageError when there is one already
   */
  create(options: NewWorkspace): Promise<string>;
  /** Deletes everything in the workspace and makes it anew. */
  reset(options: NewWorkspace): Promise<void>;
  /**
   * Looks for damage in its files. `repair` mends what can be mended, `accept` takes what a person edited; what was
   * there is kept in `damaged/`.
   *
   * @throws WorkspaceError when there is none, or it is of a newer version
   */
  check(options: { readonly repair: boolean; readonly accept: boolean }): Promise<WorkspaceCheck>;
  /** Copies of the whole workspace, kept in it. What a command has open is closed first. */
  snapshots(): Promise<Snapshots>;
}

/** Each method throws UsageError for a name that is not there, or taken, and WorkspaceError for damage. */
export interface Snapshots {
  save(name: string): Snapshot;
  /** By name. */
  list(): readonly Snapshot[];
  /** What the workspace is now is kept as the snapshot `before-restore`. */
  restore(name: string): Snapshot;
  remove(names: readonly string[]): void;
  /** What is different in `to`, or in the workspace as it is, record by record. */
  diff(from: string, to?: string): readonly SnapshotDifference[];
}

export interface Snapshot {
  readonly name: string;
  /** The workspace's own time, in microseconds since 1970. */
  readonly now_us: number;
  readonly clusters: readonly string[];
  readonly files: number;
  readonly bytes: number;
}

/** A record that is other than before; without `before` it is new, without `after` it is gone. */
export interface SnapshotDifference {
  readonly path: string;
  /** A key, or the number of a line; empty for a file that is one object. */
  readonly record: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** How the files of a workspace are. Paths are relative to its directory. */
export interface WorkspaceCheck {
  /** What is wrong, after what was mended; a `note` harms nothing. */
  readonly findings: readonly {
    readonly path: string;
    /** A position inside the file, or empty. */
    readonly where: string;
    readonly what: string;
    readonly severity: 'error' | 'note';
  }[];
  readonly mended: readonly { readonly path: string; readonly how: string }[];
  /** What interrupted commands left, and was dropped. */
  readonly notices: readonly string[];
}

export interface NewWorkspace {
  readonly seed?: number;
  readonly clock?: 'manual' | 'realtime';
}

/** A file that is written piece by piece. */
export interface OutputFile {
  /** @throws ClusterError when the disk is full, say, or the reader of a pipe has gone */
  write(text: string): Promise<void>;
  close(): void;
}

/** How the commands in one document did. */
export interface DocumentCheck {
  readonly steps: number;
  readonly failed: number;
  /** From what is written to what came out, as a unified diff; empty when nothing differs. */
  readonly diff: string;
}
