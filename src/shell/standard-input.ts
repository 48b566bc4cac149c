type Input = Pick<NodeJS.ReadStream, 'on' | 'pause' | 'resume' | 'destroy'>;
type Next = IteratorResult<Uint8Array | string, undefined>;

const END: Next = { done: true, value: undefined };

/**
 * What comes through stdin, for whoever asks next. Node.js's own iterator takes a tenth of the time in which a line that
 * comes alone is run, read included.
 */
export class StandardInput implements AsyncIterableIterator<Uint8Array | string> {
  readonly #open: () => Input;
  #stream: Input | undefined;
  readonly #arrived: Next[] = [];
  #waiting: ((next: Next | Promise<Next>) => void) | undefined;
  /** Once nothing more comes. */
  #end: (() => Promise<Next>) | undefined;

  /** @param open called when somebody asks first: the stream takes milliseconds to make */
  constructor(open: () => Input) {
    this.#open = open;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Next> {
    const arrived = this.#arrived.shift();
    if (arrived !== undefined) return Promise.resolve(arrived);
    if (this.#end !== undefined) return this.#end();
    this.#stream ??= this.#begun();
    this.#stream.resume();
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  /** Nobody reads on: whoever writes is not waited for. */
  async return(): Promise<Next> {
    this.#stream?.destroy();
    return END;
  }

  #begun(): Input {
    return this.#open()
      .on('data', (value) => this.#arrive({ done: false, value }))
      .on('error', (error) => this.#finish(() => Promise.reject(error)))
      .on('end', () => this.#finish(async () => END))
      .on('close', () => this.#finish(async () => END));
  }

  #arrive(next: Next): void {
    if (this.#waiting !== undefined) {
      this.#tell(next);
      return;
    }
    this.#arrived.push(next);
    this.#stream?.pause();
  }

  #finish(end: () => Promise<Next>): void {
    this.#end ??= end;
    if (this.#waiting !== undefined) this.#tell(this.#end());
  }

  #tell(next: Next | Promise<Next>): void {
    this.#waiting?.(next);
    this.#waiting = undefined;
  }
}
