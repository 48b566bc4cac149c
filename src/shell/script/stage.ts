import type { Shell } from '../../commands/shell.ts';
import { UsageError } from '../../errors.ts';
import { copyInMemory } from '../../host/copy-in-memory.ts';
import type { Answer } from '../answer.ts';
import { Backend } from '../backend.ts';
import type { Dispatcher } from '../dispatch.ts';
import { prepare, type Run, type Surroundings } from '../run.ts';
import type { ReadLine } from './runner.ts';

/** What a line came to. */
export interface Done {
  readonly exitCode: number;
  /** What it wrote, to either stream. */
  readonly text: string;
}

/** A copy of a workspace in memory, and two who run lines on it: one plans them, the other does them unseen. */
export class Stage {
  readonly planner: Run;
  /** What a check looks at. */
  answered: Answer;
  readonly #backend: Backend;
  readonly #doer: Dispatcher;
  #written = '';
  /** The doer runs: nothing may come of it outside of the copy. */
  #isShut = false;
  #wantedOut = false;

  /** @throws WorkspaceError when the workspace is in use, or damaged */
  static async of(
    { dispatcher, backend }: Pick<Run, 'dispatcher' | 'backend'>,
    surroundings: Surroundings,
  ): Promise<Stage> {
    dispatcher.flush();
    backend.suspend();
    const host = copyInMemory(await surroundings.host(), backend.directory);
    const stage = new Stage(dispatcher, backend.directory, { ...surroundings, host: async () => host });
    // What opening tells of is told again when the workspace itself is opened.
    await stage.#backend.open();
    return stage;
  }

  private constructor({ globals, session, answered }: Dispatcher, directory: string, around: Surroundings) {
    const { host } = around;
    this.#backend = new Backend({ directory, host, beforeReal: () => this.#isShut && this.#wantOut() });
    this.planner = prepare({ ...globals, dryRun: true }, { ...around, backend: this.#backend });
    Object.assign(this.planner.dispatcher.session, session);
    const unseen = { write: (text: string | Uint8Array) => this.#take(text) };
    this.#doer = prepare(
      { ...globals, dryRun: false, yes: globals.yes || isForPeople(around) },
      { ...around, backend: this.#backend, stdout: unseen, stderr: unseen, stdinIsTerminal: false },
      (shell) => this.#insideOf(shell),
    ).dispatcher;
    this.answered = answered;
  }

  get readsLines(): boolean {
    return this.#doer.readsLines;
  }

  set readsLines(does: boolean) {
    this.planner.dispatcher.readsLines = does;
    this.#doer.readsLines = does;
  }

  set readLine(read: ReadLine) {
    this.#doer.readLine = read;
  }

  /** Does a line that was planned. Undefined where it would do more than change the workspace: then it was left. */
  async run(line: string): Promise<Done | undefined> {
    const { session } = this.planner.dispatcher;
    Object.assign(this.#doer.session, session);
    const done = await this.#do(line);
    Object.assign(session, this.#doer.session);
    this.answered = this.#doer.answered;
    return this.#wantedOut ? undefined : done;
  }

  /** Looks at what was answered last. */
  check(line: string): Promise<Done> {
    return this.#do(line);
  }

  interrupt(): void {
    this.planner.dispatcher.interrupt();
    this.#doer.interrupt();
  }

  close(): void {
    this.planner.dispatcher.flush();
    this.#backend.close();
  }

  async #do(line: string): Promise<Done> {
    this.#written = '';
    this.#wantedOut = false;
    this.#isShut = true;
    try {
      const exitCode = await this.#doer.runLine(line);
      return { exitCode: this.#doer.flush() || exitCode, text: this.#written };
    } finally {
      this.#isShut = false;
    }
  }

  #take(text: string | Uint8Array): void {
    this.#written += Buffer.from(text).toString();
  }

  /** The shell around what is done: no file is written, nothing is served, and no other workspace is used. */
  #insideOf(shell: Shell): Shell {
    const wantOut = (): never => this.#wantOut();
    const kept = {
      answered: () => this.answered,
      openFile: async () => ({ write: async () => {}, close: () => {} }),
      checkDocument: wantOut,
      rehearse: wantOut,
      serve: wantOut,
      simulate: wantOut,
    };
    // What is left of it tells, piece by piece, how things are.
    return Object.setPrototypeOf(kept, shell) as Shell;
  }

  #wantOut(): never {
    this.#wantedOut = true;
    throw new UsageError('a dry run leaves this alone');
  }
}

/** Somebody would be there to confirm what cannot be undone. */
function isForPeople({ stdinIsTerminal, stdoutIsTerminal }: Surroundings): boolean {
  return stdinIsTerminal && stdoutIsTerminal;
}
