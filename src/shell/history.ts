import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const MOST_LINES = 1000;
/** What was typed may hold data: nobody else's business. */
const OWNER_ONLY = 0o600;

/** The lines typed at the prompt, in a file that only its owner can read. */
export class History {
  readonly #path: string;
  #last: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The oldest first. */
  load(): string[] {
    if (!existsSync(this.#path)) return [];
    const lines = readFileSync(this.#path, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    const kept = lines.slice(-MOST_LINES);
    if (kept.length < lines.length) writeFileSync(this.#path, `${kept.join('\n')}\n`, { mode: OWNER_ONLY });
    this.#last = kept.at(-1);
    return kept;
  }

  add(line: string): void {
    if (line === this.#last) return;
    this.#last = line;
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    appendFileSync(this.#path, `${line}\n`, { mode: OWNER_ONLY });
  }
}
