import { emitKeypressEvents } from 'node:readline';
import { PassThrough, type Readable } from 'node:stream';

export interface Key {
  readonly sequence: string;
  readonly name?: string;
  readonly ctrl: boolean;
  readonly meta: boolean;
}

export type TypedKey = readonly [text: string | undefined, key: Key];

/** Gets one key; `text` is what it types, undefined for keys that type nothing. */
type KeyListener = (text: string | undefined, key: Key) => void;

export interface KeyboardInput extends Readable {
  setRawMode?(raw: boolean): unknown;
}

/**
 * The keys of a terminal, for one listener at a time. While nobody listens they wait, but for Ctrl-C, which is told at
 * once and forgets those that waited.
 */
export class Keyboard {
  readonly #input: KeyboardInput;
  readonly #onInterrupt: () => void;
  #waiting: TypedKey[] = [];
  #listener: KeyListener | undefined;
  #onEnd: (() => void) | undefined;
  #ended = false;

  /** @param onInterrupt Ctrl-C, while nobody listens */
  constructor(input: KeyboardInput, onInterrupt: () => void) {
    this.#input = input;
    this.#onInterrupt = onInterrupt;
    emitKeypressEvents(input);
    input.on('keypress', this.#onKey);
    input.once('end', () => {
      this.#ended = true;
      this.#endIfEmpty();
    });
    this.open();
  }

  /** Keys go to `listener`, first those that waited, until it is released. `onEnd`: there will be no more. */
  listen(listener: KeyListener, onEnd: () => void): void {
    this.#listener = listener;
    this.#onEnd = onEnd;
    while (this.#listener === listener && this.#waiting.length > 0) listener(...this.#waiting.shift()!);
    this.#endIfEmpty();
  }

  release(): void {
    this.#listener = undefined;
    this.#onEnd = undefined;
  }

  /** Keys that came too early for their listener: they are the next one's first. */
  putBack(keys: readonly TypedKey[]): void {
    this.#waiting.unshift(...keys);
  }

  /** The keys as a stream, for somebody else who reads them. */
  lend(): { readonly keys: PassThrough; giveBack(): void } {
    const keys = new PassThrough();
    const [listener, onEnd] = [this.#listener, this.#onEnd];
    this.listen(
      (_, { sequence }) => keys.write(sequence),
      () => keys.end(),
    );
    return {
      keys,
      giveBack: () => {
        this.release();
        if (listener !== undefined && onEnd !== undefined) this.listen(listener, onEnd);
      },
    };
  }

  /** Takes the terminal, or takes it back after `close`. */
  open(): void {
    this.#input.setRawMode?.(true);
    this.#input.resume();
  }

  /** Leaves the terminal to others: to a pager, or to the shell that started this one. */
  close(): void {
    this.#input.setRawMode?.(false);
    this.#input.pause();
  }

  readonly #onKey: KeyListener = (text, key) => {
    if (this.#listener !== undefined) {
      this.#listener(text, key);
    } else if (key.ctrl && key.name === 'c') {
      this.#waiting = [];
      this.#onInterrupt();
    } else {
      this.#waiting.push([text, key]);
    }
  };

  #endIfEmpty(): void {
    if (this.#ended && this.#waiting.length === 0) this.#onEnd?.();
  }
}
