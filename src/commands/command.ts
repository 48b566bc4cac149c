import type { ControlClient } from '../rpc/client/control.ts';
import type { DataClient } from '../rpc/client/replica/data.ts';
import type { MetaClient } from '../rpc/client/meta/index.ts';

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
  /** Columns of stdout's terminal; 80 elsewhere. */
  readonly width: number;
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
  /** Clients of another cluster of the workspace. */
  cluster(name: string): { readonly meta: MetaClient; readonly data: DataClient };
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Runs another line in this session, as a script does. */
  runLine(line: string): Promise<number>;
}

/** The bytes of one answer. `exitCode` is 0 unless the answer tells of a refusal. */
export interface Printed {
  readonly out?: string;
  readonly err?: string;
  readonly exitCode?: number;
}

/**
 * One command: what is typed (`parse`), what is done (`run`), what is shown (`print`, pure).
 *
 * `--json` shows `json(reply)`, or the reply itself where that is left out.
 */
export interface Command<Args, Reply> {
  readonly dialect: Dialect;
  /** The words typed: `duplication add`, `add_dup`, `cluster create`. */
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly usage: string;
  readonly examples: readonly string[];
  /** @throws UsageError in the words of the dialect's own program */
  parse(argv: readonly string[], ctx: Context): Args;
  run(ctx: Context, args: Args): Promise<Reply>;
  print(reply: Reply, args: Args, terminal: Terminal): Printed;
  json?(reply: Reply, args: Args): unknown;
}

/** A command whose argument and reply types are nobody else's business: what the table holds. */
export type AnyCommand = Command<never, never>;

/** Gives a command its types from its own members. */
export function command<Args, Reply>(spec: Command<Args, Reply>): AnyCommand {
  return spec as unknown as AnyCommand;
}
