import type { Context, Dialect, Session, Terminal, Writer } from '../commands/command.ts';
import type { Shell } from '../commands/shell.ts';
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
}

interface LineParts extends Pick<Context, 'ask' | 'readWords'> {
  readonly interruption: Interruption;
}

/** What one line lends to its command. */
export class LineContext implements Context {
  readonly session: Session;
  readonly terminal: Terminal;
  readonly json: boolean;
  readonly yes: boolean;
  readonly ask: Context['ask'];
  readonly readWords: Context['readWords'];
  readonly shell: Shell;
  readonly runLine: Context['runLine'];
  readonly #backend: Backend;
  readonly #interruption: Interruption;

  constructor(
    { backend, terminal, stdout, stderr, shell, runLine }: Surface,
    { dialect, globals, session }: { dialect: Dialect; globals: Globals; session: Session },
    { interruption, ask, readWords }: LineParts,
  ) {
    this.session = session;
    const colors = dialect === 'pegsh' ? terminal.color : terminal.colorsOriginals;
    this.terminal = new LineTerminal(terminal, stdout, stderr, !globals.noColor && colors);
    this.json = globals.json;
    this.yes = globals.yes;
    this.ask = ask;
    this.readWords = readWords;
    this.shell = shell;
    this.runLine = runLine;
    this.#backend = backend;
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

  cluster(name: string): Clients {
    return this.#backend.clients(name);
  }

  get #clients(): Clients {
    return this.#backend.clients(this.session.cluster);
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
