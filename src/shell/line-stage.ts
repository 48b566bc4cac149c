import type { CommandEntry, Context, Session } from '../commands/command.ts';
import type { Answer } from './answer.ts';
import type { Names } from './completion/names.ts';
import type { DispatcherParts } from './dispatcher-parts.ts';
import type { Stage } from './execute.ts';
import type { Globals } from './globals.ts';
import type { Interrupts } from './interrupts.ts';

/** What the stages of all lines have in common. */
export interface Theatre {
  readonly parts: DispatcherParts;
  readonly interrupts: Interrupts;
  /** Shows what is longer than the screen: the prompt sets it. */
  page: ((text: string) => Promise<boolean>) | undefined;
}

/** One line's command, and what it goes by. */
export interface Played {
  readonly entry: CommandEntry;
  readonly context: Context;
  readonly answer: Answer;
  readonly globals: Globals;
  readonly session: Session;
}

/** What one line lends to the running of its command. */
export class LineStage implements Stage {
  readonly context: Context;
  readonly answer: Answer;
  readonly watch: number | undefined;
  readonly isDryRun: boolean;
  readonly asksForMissing: boolean;
  readonly #theatre: Theatre;
  readonly #session: Session;

  constructor(theatre: Theatre, { entry, context, answer, globals, session }: Played) {
    this.context = context;
    this.answer = answer;
    this.watch = globals.watch;
    this.isDryRun = globals.dryRun;
    this.asksForMissing = entry.isBuilt && theatre.parts.terminal.interactive;
    this.#theatre = theatre;
    this.#session = session;
  }

  get hasPager(): boolean {
    return this.#theatre.page !== undefined;
  }

  get isRead(): boolean {
    return !this.#theatre.parts.readerGone.aborted;
  }

  open(): Promise<void> | undefined {
    const isOpen = this.#theatre.parts.backend.isOpen && this.#session.cluster !== '';
    return isOpen ? undefined : openWorkspace(this.#theatre, this.#session);
  }

  async names(): Promise<Names> {
    await openWorkspace(this.#theatre, this.#session);
    const { Names } = await import('./completion/names.ts');
    return new Names(this.#theatre.parts.backend, this.#session.cluster);
  }

  untilAborted<T>(work: Promise<T>): Promise<T> {
    return this.#theatre.interrupts.untilCutOff(work);
  }

  async page(text: string): Promise<boolean> {
    const { parts, page } = this.#theatre;
    parts.output.flush();
    return page !== undefined && parts.backend.suspendedFor(() => page(text));
  }

  async pause(ms: number): Promise<boolean> {
    const { backend, output, readerGone, sleep } = this.#theatre.parts;
    const ended = AbortSignal.any([this.context.signal, readerGone]);
    output.flush();
    backend.suspend();
    await sleep(ms, ended);
    if (ended.aborted) return false;
    backend.resume();
    return true;
  }
}

/** Opens the workspace, where it is not open; a session without a cluster gets the current one. */
export async function openWorkspace({ parts, interrupts }: Theatre, session: Session): Promise<void> {
  const { backend, output, sleep } = parts;
  const pause = async (ms: number) => {
    await sleep(ms, interrupts.running?.signal);
    interrupts.running?.throwIfCome();
  };
  for (const notice of await backend.open({}, pause)) output.stderr.write(`pegsh: ${notice}\n`);
  if (session.cluster === '') session.cluster = backend.currentCluster;
}
