import { HISTORY_SIZE } from './history.ts';

/**
 * The lines that were typed before, and where somebody who goes through them stands: from line to line that begins as the
 * typed one does up to the cursor. Readline's own keeps lines of several rows in another form since Node.js 24.
 */
export class Recall {
  /** The youngest first. */
  #lines: readonly string[];
  /** How the lines begin that are looked for. */
  #beginning: string | undefined;
  #at = -1;

  /** @param lines the oldest first */
  constructor(lines: readonly string[]) {
    this.#lines = lines.toReversed();
  }

  /** The youngest first. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Takes a line up as the youngest, once. */
  keep(line: string): void {
    this.#lines = [line, ...this.#lines.filter((known) => known !== line)].slice(0, HISTORY_SIZE);
    this.#at = -1;
  }

  /** The line before; behind the oldest one what was typed; undefined where there is nothing more. */
  older(line: string, beginning: string): string | undefined {
    if (this.#at >= this.#lines.length) return undefined;
    return this.#go(1, line, beginning);
  }

  /** The line after; behind the youngest one what was typed; undefined where there is nothing more. */
  younger(line: string, beginning: string): string | undefined {
    return this.#at < 0 ? undefined : this.#go(-1, line, beginning);
  }

  /** Something else is done with the line than to go on. */
  rest(): void {
    this.#beginning = undefined;
    if (this.#at === this.#lines.length) this.#at = -1;
  }

  #go(step: 1 | -1, line: string, beginning: string): string {
    this.#beginning ??= beginning;
    do this.#at += step;
    while (this.#isPassed(line));
    return this.#lines[this.#at] ?? this.#beginning;
  }

  #isPassed(line: string): boolean {
    const found = this.#lines[this.#at];
    return found !== undefined && (found === line || !found.startsWith(this.#beginning ?? ''));
  }
}
