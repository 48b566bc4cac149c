import type { Terminal, Writer } from '../commands/command.ts';
import type { Question, Shell } from '../commands/shell.ts';
import type { Backend } from './backend.ts';
import type { Dispatcher } from './dispatch.ts';
import type { Globals } from './globals.ts';
import type { HeldOutput } from './held-output.ts';
import type { CommandIndex } from './resolve.ts';
import type { ReadLine } from './script/runner.ts';

/** What a dispatcher is made of. */
export interface DispatcherParts {
  readonly globals: Globals;
  readonly commands: CommandIndex;
  readonly backend: Backend;
  readonly output: HeldOutput;
  /** Where a failure to write goes. */
  readonly errors: Writer;
  readonly terminal: Pick<Terminal, 'interactive' | 'color' | 'width' | 'screen'> & {
    /** The dialects' programs colour what goes into a pipe as well. */
    readonly colorsOriginals: boolean;
  };
  /** Puts a question to the person at the terminal. */
  ask(question: Question, signal: AbortSignal): Promise<string>;
  readonly readerGone: AbortSignal;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  shell(dispatcher: Dispatcher): Shell;
  /** Reads a line of the input that is no command, for a command that asks for more; undefined at the end. */
  readLine: ReadLine;
  /** Whether failures show where in the program they came from. */
  readonly debug: boolean;
}
