import type { AnyCommand, Command, Context, Session, Terminal } from '../../../src/commands/command.ts';
import { exitCodeOf, UsageError } from '../../../src/errors.ts';
import { endLine } from '../../../src/output/ansi.ts';
import { jsonText } from '../../../src/output/json.ts';

/** A meta server by script: the reply to each method, or a function of the request. */
export type MetaScript = Readonly<Record<string, unknown>>;

export interface Fakes {
  readonly meta?: MetaScript;
  /** What `ctx.servers` answers, by method. */
  readonly servers?: MetaScript;
  /** What `ctx.data.table(…)` answers, by method. */
  readonly table?: Readonly<Record<string, unknown>>;
  readonly session?: Partial<Session>;
  readonly json?: boolean;
}

export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly exitCode: number;
  /** Requests sent, in order. */
  readonly sent: readonly (readonly [method: string, ...request: unknown[]])[];
  readonly session: Session;
}

/** Runs a command as the dispatcher does, against replies written by hand. */
export async function ran(which: AnyCommand, words: readonly string[], fakes: Fakes = {}): Promise<Ran> {
  const command = which as unknown as Command<unknown, unknown>;
  const sent: [string, ...unknown[]][] = [];
  let written = '';
  const stdout = {
    write(text: string) {
      written += text;
    },
  };
  const terminal = { ...TERMINAL, stdout };
  const context = { ...fakeContext(fakes, sent), terminal };
  const { session } = context;
  try {
    const args = command.parse(words, context);
    const reply = await command.run(context, args);
    const printed = command.print(reply, args, terminal);
    const exitCode = printed.exitCode ?? 0;
    if (fakes.json === true)
      return { out: jsonText(command.json?.(reply, args) ?? reply), err: '', exitCode, sent, session };
    return { out: written + (printed.out ?? ''), err: printed.err ?? '', exitCode, sent, session };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { out: written, err: endLine(error.message), exitCode: exitCodeOf(error), sent, session };
  }
}

function fakeContext(
  { meta = {}, servers = {}, table = {}, session = {}, json = false }: Fakes,
  sent: [string, ...unknown[]][],
): Context {
  let now = 1_700_000_000_000;
  const clock = {
    runsByItself: () => false,
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
    },
  };
  return {
    session: {
      cluster: 'onebox',
      table: '',
      dialect: 'cpp-shell',
      dataTimeoutMs: 5000,
      escapeAll: false,
      ...session,
    },
    terminal: TERMINAL,
    json,
    yes: false,
    signal: new AbortController().signal,
    shell: { readFile: noFile },
    meta: { ...clock, ...scripted(meta, sent, (reply) => Promise.resolve(reply)) },
    servers: scripted(servers, sent, (reply) => Promise.resolve(reply)),
    data: { table: () => scripted(table, sent) },
  } as unknown as Context;
}

async function noFile(path: string): Promise<never> {
  throw new UsageError(`cannot read ${path}: there is no such file`);
}

const TERMINAL: Terminal = {
  stdout: { write: () => undefined },
  stderr: { write: () => undefined },
  interactive: false,
  color: false,
  width: 80,
  screen: undefined,
};

function scripted(
  script: Readonly<Record<string, unknown>>,
  sent: [string, ...unknown[]][],
  answered = (reply: unknown) => reply,
): Record<string, unknown> {
  const methods = Object.entries(script).map(([name, reply]) => [
    name,
    (...request: unknown[]) => {
      sent.push([name, ...request]);
      const answer = typeof reply === 'function' ? reply(...request) : reply;
      return answer instanceof Error ? Promise.reject(answer) : answered(answer);
    },
  ]);
  return Object.fromEntries(methods);
}
