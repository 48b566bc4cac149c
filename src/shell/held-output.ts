import type { Writer } from '../commands/command.ts';

/** Milliseconds that an answer is held back for others to share its sync. */
const LONGEST_MS = 50;

/** Who reads it may be slow. */
export interface Stdout extends Writer {
  /** @returns undefined unless the reader is far behind; else what resolves as soon as nothing waits for him */
  untilRead?(): Promise<void> | undefined;
}

/** What the answers tell of. */
interface Answers {
  /** Whether they need not be held back: what answered keeps its own promises, and may take its time. */
  readonly isDurable: boolean;
  /** Makes durable what was answered so far. */
  sync(): void;
}

/**
 * Holds answers back until what they tell of is durable, so that many lines share one sync of the disk.
 *
 * stdout and stderr keep the order in which they were written to.
 */
export class HeldOutput {
  readonly stdout: Writer;
  readonly stderr: Writer;
  /** @returns undefined unless the reader of stdout is far behind */
  readonly untilRead: () => Promise<void> | undefined;
  readonly #answers: Answers;
  readonly #now: () => number;
  #held: { to: Writer; text: string | Uint8Array }[] = [];
  #heldSince = 0;

  /**
   * @param now milliseconds, of any origin
   */
  constructor(stdout: Stdout, stderr: Writer, answers: Answers, now: () => number) {
    this.#answers = answers;
    this.#now = now;
    this.untilRead = () => stdout.untilRead?.();
    this.stdout = { write: (text) => this.#hold(stdout, text) };
    this.stderr = { write: (text) => this.#hold(stderr, text) };
  }

  #hold(to: Writer, text: string | Uint8Array): void {
    if (text.length === 0) return;
    const now = this.#now();
    if (this.#held.length === 0) this.#heldSince = now;
    this.#held.push({ to, text });
    if (this.#answers.isDurable || now - this.#heldSince >= LONGEST_MS) this.flush();
  }

  /** @throws WorkspaceError when the disk refuses; what was held is then never told */
  flush(): void {
    const held = this.#held;
    this.#held = [];
    this.#answers.sync();
    for (const { to, text } of joined(held)) to.write(text);
  }
}

/** Neighbours for the same stream become one write. */
function joined(
  held: readonly { to: Writer; text: string | Uint8Array }[],
): { to: Writer; text: string | Uint8Array }[] {
  const result: { to: Writer; text: string | Uint8Array }[] = [];
  for (const one of held) {
    const last = result.at(-1);
    if (last?.to === one.to && typeof last.text === 'string' && typeof one.text === 'string')
      last.text += one.text;
    else result.push({ ...one });
  }
  return result;
}
