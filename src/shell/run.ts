import { join, resolve } from 'node:path';
import type { Writer } from '../commands/command.ts';
import { COMMANDS } from '../commands/index.ts';
import type { Shell } from '../commands/shell.ts';
import type { Host } from '../engine/storage/host.ts';
import type { Screen } from '../output/live-screen.ts';
import { Backend } from './backend.ts';
import { Dispatcher } from './dispatch.ts';
import type { DispatcherParts } from './dispatcher-parts.ts';
import type { Globals } from './globals.ts';
import { HeldOutput, type Stdout } from './held-output.ts';
import { monotonicMs } from './monotonic.ts';
import { findWorkspace, WORKSPACE_NAME } from './places.ts';
import { Questions } from './questions.ts';
import { CommandIndex } from './resolve.ts';
import type { IncomingLines } from './script/lines.ts';
import type { ReadLine } from './script/runner.ts';
import { createServices } from './services.ts';

/** What a run of pegsh stands in: the process, or in a test something like it. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  readonly stdout: Stdout;
  readonly stderr: Writer;
  readonly stdin: AsyncIterable<Uint8Array | string>;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  /** Of stdout's terminal, now: a window changes. */
  readonly screen: Screen;
  /** Whoever read stdout has gone. */
  readonly readerGone: AbortSignal;
  /** Lets real time pass. @returns early when `signal` is aborted */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  host(): Promise<Host>;
  /** A workspace that outlives this run; else each run opens and closes its own. */
  readonly backend?: Backend;
  /** Calls back on Ctrl-C, until the returned function is called. */
  onInterrupt(stop: () => void): () => void;
  /** The interactive shell, where there is a terminal. */
  startRepl?(run: Run): Promise<number>;
}

/** One run of pegsh: its parts, wired. */
export interface Run {
  readonly globals: Globals;
  readonly dispatcher: Dispatcher;
  readonly backend: Backend;
  readonly commands: CommandIndex;
  readonly questions: Questions;
  readonly output: HeldOutput;
}

const INDEX = new CommandIndex(COMMANDS);

/**
 * Wires a run from what was asked for and what it stands in.
 *
 * @param confine makes less of the shell that its commands see
 */
export function prepare(
  globals: Globals,
  surroundings: Surroundings,
  confine: (shell: Shell) => Shell = (shell) => shell,
): Run {
  const { environment, workingDirectory, stdout, stderr } = surroundings;
  const named = globals.workspace === undefined ? undefined : resolve(workingDirectory, globals.workspace);
  const directory = named ?? findWorkspace(workingDirectory, environment);
  const shared = globals.meta === undefined ? surroundings.backend : undefined;
  const backend =
    shared ??
    new Backend({
      directory,
      host: () => surroundings.host(),
      metaList: globals.meta,
      survives: globals.durability,
      ...(globals.timeoutMs === undefined ? {} : { timeoutMs: globals.timeoutMs }),
    });
  const output = new HeldOutput(stdout, stderr, backend, monotonicMs);
  const questions = new Questions(environment.TERM === 'dumb');
  const services = {
    globals,
    surroundings,
    commands: INDEX,
    backend,
    output,
    newWorkspace: named ?? join(workingDirectory, WORKSPACE_NAME),
  };
  const dispatcher = new Dispatcher({
    globals,
    commands: INDEX,
    backend,
    output,
    errors: stderr,
    terminal: terminalOf(surroundings, globals),
    ask: (question, signal) => questions.ask(question, signal),
    readLine: lineReader(surroundings, questions),
    get readerGone() {
      return surroundings.readerGone;
    },
    sleep: (ms, signal) => surroundings.sleep(ms, signal),
    shell: (self) => confine(createServices(services, self)),
    debug: environment.PEGSH_DEBUG === '1',
  });
  return { globals, dispatcher, backend, commands: INDEX, questions, output };
}

function terminalOf(surroundings: Surroundings, { plainPrompt }: Globals): DispatcherParts['terminal'] {
  const { environment, stdoutIsTerminal } = surroundings;
  const isDumb = environment.TERM === 'dumb';
  return {
    // Who wants the originals' prompt is a program that types: it would not know what to answer.
    get interactive() {
      return stdoutIsTerminal && !plainPrompt && surroundings.stdinIsTerminal;
    },
    color: stdoutIsTerminal && !isDumb,
    colorsOriginals: !(stdoutIsTerminal && isDumb),
    get width() {
      return stdoutIsTerminal ? surroundings.screen.size.columns : Number.POSITIVE_INFINITY;
    },
    get screen() {
      return stdoutIsTerminal && !isDumb ? surroundings.screen : undefined;
    },
  };
}

/** Lines of stdin for a command that stands alone: stdin is not touched before the command asks. */
function lineReader(surroundings: Surroundings, questions: Questions): ReadLine {
  let lines: IncomingLines | undefined;
  return async (text, signal) => {
    if (surroundings.stdinIsTerminal) return questions.ask({ text }, signal);
    lines ??= (await import('./script/lines.ts')).linesOf(surroundings.stdin);
    return (await lines.next()).value;
  };
}
