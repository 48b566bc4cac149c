import type { Writer } from '../commands/command.ts';

/**
 * Holds answers back until what they tell of is durable, so that many lines share one sync of the disk.
 *
 * stdout and stderr keep the order in which they were written to.
 */
export class HeldOutput {
  readonly stdout: Writer;
  readonly stderr: Writer;
  readonly #settle: () => void;
  readonly #heldMs: number;
  readonly #now: () => number;
  #held: { to: Writer; text: string | Uint8Array }[] = [];
  #heldSince = 0;

  /**
   * @param settle makes durable what was answered so far
   * @param now milliseconds, of any origin
   * @param heldMs milliseconds that an answer may be held back for others to share its sync; 0 = not at all
   */
  constructor(stdout: Writer, stderr: Writer, settle: () => void, now: () => number, heldMs = 20) {
    this.#settle = settle;
    this.#heldMs = heldMs;
    this.#now = now;
    this.stdout = { write: (text) => this.#hold(stdout, text) };
    this.stderr = { write: (text) => this.#hold(stderr, text) };
  }

  #hold(to: Writer, text: string | Uint8Array): void {
    if (text.length === 0) return;
    if (this.#held.length === 0) this.#heldSince = this.#now();
    this.#held.push({ to, text });
    if (this.#now() - this.#heldSince >= this.#heldMs) this.flush();
  }

  /** @throws WorkspaceError when the disk refuses; what was held is then never told */
  flush(): void {
    const held = this.#held;
    this.#held = [];
    this.#settle();
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
