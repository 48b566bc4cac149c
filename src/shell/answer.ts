import { UsageError } from '../errors.ts';

/** Bytes, or nearly so: as much of an answer as `expect` can look at. */
const LONGEST = 2 ** 24;

/** What one line answered: what `expect` looks at. */
export class Answer {
  exitCode = 0;
  /** What it would do was told, and not done. */
  isPlan = false;
  /** What stdout and stderr got, in the order of writing. */
  #written: (string | Uint8Array)[] = [];
  #length = 0;
  /** What `--json` shows of it. */
  reply: () => unknown = () => null;

  add(text: string | Uint8Array): void {
    this.#length += text.length;
    if (this.isTooLong) this.#written = [];
    else this.#written.push(text);
  }

  /** It is not kept. */
  get isTooLong(): boolean {
    return this.#length > LONGEST;
  }

  /** @throws UsageError when it was too long to be kept */
  get text(): string {
    if (this.isTooLong) throw tooLong();
    return this.#written
      .map((part) => (typeof part === 'string' ? part : Buffer.from(part).toString('utf8')))
      .join('');
  }
}

export function tooLong(): UsageError {
  return new UsageError(
    `the answer was longer than ${LONGEST / 2 ** 20} MiB: it was not kept to be looked at`,
  );
}
