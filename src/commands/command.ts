import type { Screen } from '../output/live-screen.ts';
import type { ControlClient } from '../rpc/client/control.ts';
import type { MetaClient } from '../rpc/client/meta/index.ts';
import type { DataClient } from '../rpc/client/replica/data.ts';
import type { ServersClient } from '../rpc/client/servers.ts';
import type { Completion, Shell } from './shell.ts';

export type Dialect = 'admin-cli' | 'cpp-shell' | 'pegsh';

/** Where text goes. Nothing but `bin/` and `shell/` knows the process's own streams. */
export interface Writer {
  write(text: string | Uint8Array): void;
}

export interface Terminal {
  readonly stdout: Writer;
  readonly stderr: Writer;
  /** Both stdin and stdout are a terminal: questions may be asked, progress may be drawn. */
  readonly interactive: boolean;
  readonly color: boolean;
  /** Columns of stdout's terminal; without end elsewhere, so that what goes into a file is never cut. */
  readonly width: number;
  /** stdout's terminal, where it can be painted on. */
  readonly screen: Screen | undefined;
}

/** What carries over from line to line in a script or at the prompt. */
export interface Session {
  cluster: string;
  table: string;
  /** Which dialect answers to the names that both have. */
  dialect: 'admin-cli' | 'cpp-shell';
  /** `timeout` of the C++ shell: milliseconds of a data request. */
  dataTimeoutMs: number;
  /** `escape_all` of the C++ shell. */
  escapeAll: boolean;
}

/** Everything that a command may touch. */
export interface Context {
  readonly session: Session;
  readonly terminal: Terminal;
  readonly json: boolean;
  /** Asked-for answer to every "are you sure". */
  readonly yes: boolean;
  /** Clients of the cluster that the session addresses. */
  readonly meta: MetaClient;
  readonly data: DataClient;
  readonly control: ControlClient;
  readonly servers: ServersClient;
  /** Clients of another cluster of the workspace. */
  cluster(name: string): { readonly meta: MetaClient; readonly data: DataClient };
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Runs another line in this session, as a script does, and returns its exit code. */
  runLine(line: string): Promise<number>;
  /**
   * Asks for one line of text, or for one of the choices; the question goes to stderr.
   *
   * @throws UsageError where nobody can answer (`terminal.interactive` is false)
   * @throws Interrupted on Ctrl-C
   */
  ask(question: string, choices?: readonly Completion[]): Promise<string>;
  /**
   * Reads the next line of the input, the one below the command's own, split as the C++ shell splits: of the
   * script, of stdin, or of the keyboard with this prompt. No words where it cannot be split; undefined at the end.
   */
  readWords(prompt: string): Promise<readonly string[] | undefined>;
  readonly shell: Shell;
}

/** What a command would do. */
export interface Plan {
  /** In one line, behind "would": `drop table users of cluster onebox`. */
  readonly action: string;
  readonly counts: Readonly<Record<string, number>>;
  /** Some of what it would be done to. */
  readonly samples: readonly string[];
}

/** One row of the table of commands: what a command answers to, known without loading it. */
export interface CommandEntry {
  readonly dialect: Dialect;
  /** The words typed: `duplication add`, `add_dup`, `cluster create`. */
  readonly name: string;
  readonly aliases: readonly string[];
  /** Answers only with a word after its name: `create table` alone is `create` of a table named `table`. */
  readonly needsWord: boolean;
  /** Looks at the answer of the line before; what follows its name is one word, as it was typed. */
  readonly isCheck: boolean;
  /** False: a command of the original that only says that it is not here. */
  readonly isBuilt: boolean;
  load(): Promise<{ readonly default: AnyCommand }>;
}

/** The bytes of one answer. `exitCode` is 0 unless the answer tells of a refusal. */
export interface Printed {
  readonly out?: string;
  readonly err?: string;
  readonly exitCode?: number;
}

/** A part of an answer: its text, or under `--json` its lines of JSON. */
export interface Part {
  readonly out?: string;
  readonly err?: string;
  readonly json?: readonly unknown[];
}

/** All parts of an answer. */
export interface Streamed {
  readonly parts: readonly Part[];
  readonly exitCode: number;
}

/**
 * One command: what is typed (`parse`, before the workspace is opened: no clients yet), what is done (`run`), what is shown (`print`, pure).
 *
 * `--json` shows `json(reply)`, or the reply itself where that is left out.
 */
export interface Command<Args, Reply> {
  readonly dialect: Dialect;
  /** The words typed: `duplication add`, `add_dup`, `cluster create`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** The same in the original's own words, where those differ. */
  readonly originalSummary?: string;
  readonly usage: string;
  /** The usage with every flag, where `usage` itself leaves them out: what completion and hints read. */
  readonly syntax?: string;
  readonly examples: readonly string[];
  /**
   * Writes its answer itself while it runs, piece by piece, under `--json` as one line of JSON for each; `print` only
   * says how it ended.
   */
  readonly streams?: boolean;
  /** Touches no cluster: runs without opening the workspace, so its clients must not be used. */
  readonly offline?: boolean;
  /** Ctrl-C is how it is ended: it is let finish, and has done well. */
  readonly endsOnInterrupt?: boolean;
  /** @throws UsageError in the words of the dialect's own program */
  parse(argv: readonly string[], ctx: Context): Args;
  /**
   * The name to be typed before something is destroyed; `--yes` answers instead. Absent: nothing to confirm.
   *
   * Where nobody can type it, pegsh's own commands demand `--yes`; the dialects' do as the originals, which do not ask.
   */
  confirm?(args: Args, ctx: Context): string | undefined | Promise<string | undefined>;
  /** Only people are asked to confirm: elsewhere the command needs no `--yes`. */
  readonly confirmsPeopleOnly?: boolean;
  /** What `run` would do, for `--dry-run`: of everything that moves, drops, changes or overwrites. */
  plan?(ctx: Context, args: Args): Promise<Plan>;
  /** Changes the session, or nothing at all: a dry run does it, for the lines below. */
  readonly isHarmless?: boolean;
  /** Only looks, or does where it is told no more than this, and may be told to look again and again (`--watch`). */
  readonly isLook?: boolean | ((args: Args) => boolean);
  run(ctx: Context, args: Args): Promise<Reply>;
  /**
   * Its parts tell how far it is: they are shown as they come and through no pager, it goes on when nobody reads them,
   * and `--json` only shows the whole, at the end.
   */
  readonly tellsProgress?: boolean | ((args: Args) => boolean);
  /**
   * The answer in parts, as they come: what is shown instead of the whole, unless it goes through a pager. The reply
   * is then `Streamed`.
   *
   * @returns the exit code
   */
  stream?(ctx: Context, args: Args): AsyncGenerator<Part, number>;
  print(reply: Reply, args: Args, terminal: Terminal): Printed;
  json?(reply: Reply, args: Args): unknown;
}

/** A command whose argument and reply types are nobody else's business: what the table holds. */
export type AnyCommand = Command<never, never>;

/** The same for whoever runs it: arguments and reply travel only between the command's own members. */
export type RunnableCommand = Command<unknown, unknown>;

export function runnable(command: AnyCommand): RunnableCommand {
  return command as unknown as RunnableCommand;
}

/** Gives a command its types from its own members. */
export function command<Args, Reply>(spec: Command<Args, Reply>): AnyCommand {
  return spec as unknown as AnyCommand;
}
