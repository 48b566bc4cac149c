import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { version } from '../version.ts';
import type { Dispatcher } from './dispatch.ts';
import type { History } from './history.ts';
import type { Questions } from './questions.ts';
import { isLeaving, isSilent } from './script/lines.ts';

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

const HISTORY_SIZE = 1000;

/** The interactive shell: reads a line, runs it, until `exit` or the end of input. */
export async function repl(parts: ReplParts): Promise<number> {
  const { dispatcher, history, questions } = parts;
  const lines = new TypedLines(parts.input, parts.output, history.load());
  lines.onInterrupt(() => dispatcher.interrupt());
  questions.ask = async (question, signal) => (await lines.next(question, { signal, answer: true })) ?? '';
  dispatcher.readLine = (prompt, signal) => lines.next(prompt, { signal, answer: true });
  parts.output.write(`pegsh ${version}: \`help\` lists the commands, \`exit\` or Ctrl-D leaves\n`);
  for (;;) {
    const opened = await dispatcher.openCluster();
    if (opened !== 0) return lines.close(opened);
    parts.onWait();
    const line = await lines.next(promptOf(parts));
    if (line === undefined) parts.output.write('\n');
    if (line === undefined || isLeaving(line)) return lines.close(0);
    if (isSilent(line)) continue;
    history.add(line);
    await dispatcher.runLine(line);
    dispatcher.flush();
  }
}

function promptOf({ dispatcher: { session }, plainPrompt }: ReplParts): string {
  if (plainPrompt) return '> ';
  return session.table === '' ? `${session.cluster}> ` : `${session.cluster}:${session.table}> `;
}

interface Asked {
  readonly signal?: AbortSignal;
  /** An answer, not a command: the arrow keys do not bring it back. */
  readonly answer?: boolean;
}

/** Lines from the keyboard, one at a time; what is pasted at once waits its turn. */
class TypedLines {
  readonly #readline: Interface;
  readonly #output: Writable;
  readonly #early: string[] = [];
  #waiting: ((line: string | undefined) => void) | undefined;
  #ended = false;
  #isAnswer = false;

  constructor(input: Readable, output: Writable, history: readonly string[]) {
    const readline = createInterface({
      input,
      output,
      terminal: true,
      history: history.toReversed(),
      historySize: HISTORY_SIZE,
      removeHistoryDuplicates: true,
    });
    this.#readline = readline;
    this.#output = output;
    readline.on('line', (line) => {
      if (this.#waiting === undefined) this.#early.push(line);
      else this.#deliver(line);
    });
    readline.on('history', (lately: string[]) => {
      if (this.#isAnswer) lately.shift();
    });
    readline.on('close', () => {
      this.#ended = true;
      this.#deliver(undefined);
    });
  }

  /** `undefined` at the end of input. */
  next(prompt: string, { signal, answer = false }: Asked = {}): Promise<string | undefined> {
    this.#isAnswer = answer;
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
      if (stopCommand()) {
        this.#output.write('^C\n');
        return;
      }
      this.#readline.write(null, { ctrl: true, name: 'e' });
      this.#readline.write(null, { ctrl: true, name: 'u' });
      this.#output.write('^C\n');
      this.#readline.prompt();
    });
  }

  close(exitCode: number): number {
    this.#readline.close();
    return exitCode;
  }

  #deliver(line: string | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(line);
  }
}
