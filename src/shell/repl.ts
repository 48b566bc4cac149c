import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Dispatcher } from './dispatch.ts';
import type { History } from './history.ts';
import type { Questions } from './questions.ts';
import { isLeaving, isSilent } from './script.ts';

export interface ReplParts {
  readonly input: Readable;
  readonly output: Writable;
  readonly dispatcher: Dispatcher;
  readonly history: History;
  readonly questions: Questions;
  /** `> ` whatever is in use. */
  readonly plainPrompt: boolean;
  /** The prompt is about to wait: others may use the workspace. */
  onWait(): void;
}

/** The interactive shell: reads a line, runs it, until `exit` or the end of input. */
export async function repl(parts: ReplParts): Promise<number> {
  const { dispatcher, history, questions } = parts;
  const typed = history.load();
  const lines = new TypedLines(
    createInterface({
      input: parts.input,
      output: parts.output,
      terminal: true,
      history: typed.reverse(),
      historySize: 1000,
      removeHistoryDuplicates: true,
    }),
  );
  lines.onInterrupt(() => dispatcher.interrupt());
  questions.ask = (question, signal) => lines.next(question, signal).then((answer) => answer ?? '');
  for (;;) {
    parts.onWait();
    const line = await lines.next(promptOf(parts));
    if (line === undefined || isLeaving(line)) break;
    if (isSilent(line)) continue;
    history.add(line);
    await dispatcher.runLine(line);
    dispatcher.flush();
  }
  lines.close();
  return 0;
}

function promptOf({ dispatcher: { session }, plainPrompt }: ReplParts): string {
  if (plainPrompt) return '> ';
  return session.table === '' ? `${session.cluster}> ` : `${session.cluster}:${session.table}> `;
}

/** Lines from the keyboard, one at a time; what is pasted at once waits its turn. */
class TypedLines {
  readonly #readline: Interface;
  readonly #early: string[] = [];
  #waiting: ((line: string | undefined) => void) | undefined;
  #ended = false;

  constructor(readline: Interface) {
    this.#readline = readline;
    readline.on('line', (line) => {
      if (this.#waiting === undefined) this.#early.push(line);
      else this.#answer(line);
    });
    readline.on('close', () => {
      this.#ended = true;
      this.#answer(undefined);
    });
  }

  /** `undefined` at the end of input. */
  next(prompt: string, signal?: AbortSignal): Promise<string | undefined> {
    const early = this.#early.shift();
    if (early !== undefined || this.#ended) return Promise.resolve(early);
    this.#readline.setPrompt(prompt);
    this.#readline.prompt();
    return new Promise((resolve, reject) => {
      this.#waiting = resolve;
      signal?.addEventListener('abort', () => {
        this.#waiting = undefined;
        reject(signal.reason);
      });
    });
  }

  /** Ctrl-C: `stopCommand` stops what runs; where nothing does, the line that is being typed goes. */
  onInterrupt(stopCommand: () => boolean): void {
    this.#readline.on('SIGINT', () => {
      if (stopCommand()) return;
      this.#readline.write(null, { ctrl: true, name: 'e' });
      this.#readline.write(null, { ctrl: true, name: 'u' });
      (this.#readline as unknown as { output: Writable }).output.write('^C\n');
      this.#readline.prompt();
    });
  }

  close(): void {
    this.#readline.close();
  }

  #answer(line: string | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(line);
  }
}
