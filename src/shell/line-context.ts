import type { Context, Dialect, Session, Terminal, Writer } from '../commands/command.ts';
import type { Completion, Question, Shell } from '../commands/shell.ts';
import type { Backend, Clients } from './backend.ts';
import type { DispatcherParts } from './dispatcher-parts.ts';
import type { Globals } from './globals.ts';
import type { Interruption } from './interrupts.ts';

/** What every line of a session has in common. */
export interface Surface {
  readonly backend: Backend;
  readonly terminal: DispatcherParts['terminal'];
  readonly stdout: Writer;
  readonly stderr: Writer;
  readonly shell: Shell;
  readonly runLine: Context['runLine'];
  ask(question: Question, signal: AbortSignal): Promise<string>;
  readWords(prompt: string, signal: AbortSignal): ReturnType<Context['readWords']>;
}

/** What one line lends to its command. */
export class LineContext implements Context {
  readonly session: Session;
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly yes: boolean;
  readonly #surface: Surface;
  readonly #interruption: Interruption;

  constructor(
    surface: Surface,
    { dialect, globals, session }: { dialect: Dialect; globals: Globals; session: Session },
    interruption: Interruption,
  ) {
    this.session = session;
    const { terminal, stdout, stderr } = surface;
    const colors = dialect === 'pegsh' ? terminal.color : terminal.colorsOriginals;
    this.terminal = new LineTerminal(terminal, stdout, stderr, !globals.noColor && colors);
    this.json = globals.json;
    this.yes = globals.yes;
    this.#surface = surface;
    this.#interruption = interruption;
  }

  get signal(): AbortSignal {
    return this.#interruption.signal;
  }

  get meta(): Clients['meta'] {
    return this.#clients.meta;
  }

  get data(): Clients['data'] {
    return this.#clients.data;
  }

  get control(): Clients['control'] {
    return this.#clients.control;
  }

  get servers(): Clients['servers'] {
    return this.#clients.servers;
  }

  get shell(): Shell {
    return this.#surface.shell;
  }

  cluster(name: string): Clients {
    return this.#surface.backend.clients(name);
  }

  runLine(line: string): Promise<number> {
    return this.#surface.runLine(line);
  }

  ask(text: string, choices?: readonly Completion[]): Promise<string> {
    const question = choices === undefined ? { text } : { text, choices };
    return this.#surface.ask(question, this.signal);
  }

  readWords(prompt: string): ReturnType<Context['readWords']> {
    return this.#surface.readWords(prompt, this.signal);
  }

  get #clients(): Clients {
    return this.#surface.backend.clients(this.session.cluster);
  }
}

class LineTerminal implements Terminal {
  readonly stdout: Writer;
  readonly stderr: Writer;
  readonly color: boolean;
  readonly #terminal: DispatcherParts['terminal'];

  constructor(terminal: DispatcherParts['terminal'], stdout: Writer, stderr: Writer, color: boolean) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.color = color;
    this.#terminal = terminal;
  }

  get interactive(): boolean {
    return this.#terminal.interactive;
  }

  get width(): number {
    return this.#terminal.width;
  }

  get screen(): Terminal['screen'] {
    return this.#terminal.screen;
  }
}
