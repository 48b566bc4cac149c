import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export const HISTORY_SIZE = 1000;
/** What was typed may hold data: nobody else's business. */
const OWNER_ONLY = 0o600;
const SECRET = /passw|secret|token|credential|keytab|private.?key/i;

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
    chmodSync(this.#path, OWNER_ONLY);
    const entries = entriesOf(readFileSync(this.#path, 'utf8'));
    const kept = entries.slice(-HISTORY_SIZE);
    if (kept.length < entries.length)
      writeFileSync(this.#path, kept.map(written).join(''), { mode: OWNER_ONLY });
    this.#last = kept.at(-1);
    return kept;
  }

  add(entry: string): void {
    if (entry === this.#last || !isKept(entry)) return;
    this.#last = entry;
    mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
    appendFileSync(this.#path, written(entry), { mode: OWNER_ONLY });
  }
}

/** A line that begins with a blank is kept to oneself, as in other shells; so is one that seems to hold a secret. */
export function isKept(entry: string): boolean {
  return !/^\s/.test(entry) && !SECRET.test(entry);
}

/** As zsh writes it: a newline within an entry stands behind a backslash. */
function written(entry: string): string {
  return `${entry.replaceAll('\n', '\\\n')}\n`;
}

function entriesOf(text: string): string[] {
  return text
    .replaceAll('\\\n', '\0')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replaceAll('\0', '\n'));
}
