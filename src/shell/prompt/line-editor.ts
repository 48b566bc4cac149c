import { createInterface, type Interface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type { Completion } from '../../commands/shell.ts';
import { isUnfinished } from '../completion/typed.ts';
import { isSilent } from '../script/lines.ts';
import { forwarding, type TerminalOutput } from './forwarding.ts';
import { isKept } from './history.ts';
import type { Key, Keyboard, TypedKey } from './keyboard.ts';
import { Recall } from './recall.ts';
import { NEW_SEARCH, type Search, searchStep } from './search.ts';

export interface EditorParts {
  readonly keyboard: Keyboard;
  readonly output: TerminalOutput;
  /** The oldest first. */
  readonly history: readonly string[];
  /** The terminal can place its cursor: hints, bracketed paste. */
  readonly isCapable: boolean;
  /** What can be typed behind `line`, and how much of its end that replaces. */
  complete(line: string): Promise<{ readonly found: readonly Completion[]; readonly written: string }>;
  /** What is still to be typed, shown dimly behind the cursor. */
  hint(line: string): string;
  /** Ctrl-Z. */
  suspend?(): void;
}

const PASTE_ON = '\x1b[?2004h';
const PASTE_OFF = '\x1b[?2004l';

/** What readline lets be changed, though its types do not say so. */
interface Buffer {
  line: string;
  cursor: number;
}

/** Reads what is typed, by node:readline, which gets one key after another; adds search, paste, more lines and hints. */
export class LineEditor {
  readonly #parts: EditorParts;
  readonly #readline: Interface;
  readonly #takeBack: () => void;
  readonly #buffer: Buffer;
  #prompt = '';
  #onInterrupt: (() => void) | undefined;
  readonly #recall: Recall;
  #search: Search | undefined;
  #beforeSearch = '';
  #pasted: string | undefined;
  /** Keys that wait for a completion to be there. */
  #held: TypedKey[] | undefined;
  #done: ((text: string | undefined) => void) | undefined;

  constructor(parts: EditorParts) {
    this.#parts = parts;
    this.#recall = new Recall(parts.history);
    // Readline draws its line again when the width changes: not below what a command shows.
    const { lent, takeBack } = forwarding(parts.output, () => this.#done !== undefined);
    this.#takeBack = takeBack;
    this.#readline = createInterface({
      input: new PassThrough(),
      output: lent,
      terminal: true,
      historySize: 0,
      completer: (line: string, done: (error: Error | null, result: [string[], string]) => void) =>
        void this.#complete(line, done),
    });
    this.#buffer = this.#readline as unknown as Buffer;
    this.#readline.on('line', (line) => this.#take(line));
    this.#readline.on('SIGTSTP', () => parts.suspend?.());
  }

  /**
   * One line, or several that were pasted or continued; undefined at the end of input.
   *
   * @param onInterrupt for a line that a running command asks for: Ctrl-C ends it, and it is not kept in the history
   */
  read(prompt: string, onInterrupt?: () => void): Promise<string | undefined> {
    this.#prompt = prompt;
    this.#onInterrupt = onInterrupt;
    if (this.#parts.isCapable) this.#parts.output.write(PASTE_ON);
    this.#readline.setPrompt(prompt);
    this.#readline.prompt();
    return new Promise((resolve) => {
      this.#done = resolve;
      this.#parts.keyboard.listen(
        (text, key) => this.#onKey(text, key),
        () => this.#end(),
      );
    });
  }

  /** Shows the line again, after something else was written. */
  redraw(): void {
    this.#readline.prompt(true);
    this.#drawHint();
  }

  /** What the hint tells has come to be known. */
  redrawHint(): void {
    if (this.#done !== undefined) this.#drawHint();
  }

  close(): void {
    this.#takeBack();
    this.#readline.close();
  }

  /** Enter. */
  #take(line: string): void {
    if (this.#onInterrupt === undefined && line.trim() !== '' && isKept(line)) this.#recall.keep(line);
    this.#finish(line);
  }

  #finish(text: string | undefined): void {
    const done = this.#done;
    if (done === undefined) return;
    this.#done = undefined;
    this.#parts.keyboard.release();
    if (this.#parts.isCapable) this.#parts.output.write(PASTE_OFF);
    done(text);
  }

  /** The end of input: what is written next begins a row of its own. */
  #end(): void {
    this.#parts.output.write('\n');
    this.#finish(undefined);
  }

  #onKey(text: string | undefined, key: Key): void {
    if (this.#held !== undefined) {
      this.#held.push([text, key]);
      return;
    }
    if (key.name === 'paste-start') this.#pasted = '';
    else if (key.name === 'paste-end') this.#insertPasted();
    else if (this.#pasted !== undefined) this.#pasted += key.sequence;
    else if (this.#search !== undefined) this.#onSearchKey(this.#search, text, key);
    else this.#onEditKey(text, key);
    if (this.#done !== undefined) this.#drawHint();
  }

  #onEditKey(text: string | undefined, key: Key): void {
    const { line } = this.#buffer;
    if (this.#goesThroughHistory(key)) return;
    this.#recall.rest();
    if (key.ctrl && key.name === 'c') this.#forget();
    else if (key.ctrl && key.name === 'd' && line === '') this.#end();
    else if (key.ctrl && key.name === 'r') this.#startSearch();
    else if ((key.name === 'return' || key.name === 'enter') && isUnfinished(line) && !isSilent(line))
      this.#set(`${line}\n`);
    else {
      if (key.name === 'return' || key.name === 'enter') this.#eraseHint();
      this.#readline.write(text as string, key);
    }
  }

  /** Up and down look for lines that begin as this one, Ctrl-P and Ctrl-N for any. */
  #goesThroughHistory({ name, ctrl, meta }: Key): boolean {
    const isArrow = !ctrl && !meta && (name === 'up' || name === 'down');
    const isLetter = ctrl && (name === 'p' || name === 'n');
    if (!isArrow && !isLetter) return false;
    const { line, cursor } = this.#buffer;
    const beginning = isArrow ? line.slice(0, cursor) : '';
    const isOlder = name === 'up' || name === 'p';
    const found = isOlder ? this.#recall.older(line, beginning) : this.#recall.younger(line, beginning);
    if (found !== undefined) this.#set(found);
    return true;
  }

  /** Ctrl-C: what is typed goes, and is left to be seen. */
  #forget(): void {
    this.#eraseHint();
    this.#buffer.cursor = this.#buffer.line.length;
    this.#parts.output.write('^C\n');
    this.#buffer.line = '';
    this.#buffer.cursor = 0;
    if (this.#onInterrupt === undefined) this.#readline.prompt();
    else {
      this.#onInterrupt();
      this.#finish(undefined);
    }
  }

  #set(line: string, cursor = line.length): void {
    this.#buffer.line = line;
    this.#buffer.cursor = cursor;
    this.#readline.prompt(true);
  }

  /** What is pasted is run by Enter, not by its own newlines. */
  #insertPasted(): void {
    const { line, cursor } = this.#buffer;
    const pasted = (this.#pasted ?? '').replace(/\r\n?/g, '\n').replace(/\n+$/, '');
    const shown = pasted.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '');
    this.#pasted = undefined;
    this.#set(line.slice(0, cursor) + shown + line.slice(cursor), cursor + shown.length);
  }

  #startSearch(): void {
    this.#beforeSearch = this.#buffer.line;
    this.#search = NEW_SEARCH;
    this.#showSearch(NEW_SEARCH);
  }

  #onSearchKey(search: Search, text: string | undefined, key: Key): void {
    const step = searchStep(search, this.#recall.lines, text, key);
    if (step.kind === 'goes on') {
      this.#search = step.search;
      this.#showSearch(step.search);
      return;
    }
    this.#search = undefined;
    this.#readline.setPrompt(this.#prompt);
    this.#set(step.kind === 'left' ? this.#beforeSearch : this.#buffer.line);
    if (step.kind === 'taken') this.#onEditKey(text, key);
  }

  #showSearch({ query, at }: Search): void {
    const found = this.#recall.lines[at];
    const isMissing = found === undefined && query !== '';
    this.#readline.setPrompt(`(${isMissing ? 'not found' : 'search'}) ${query}: `);
    const line = found ?? (isMissing ? this.#buffer.line : this.#beforeSearch);
    this.#set(line, found === undefined ? line.length : found.indexOf(query) + query.length);
  }

  async #complete(
    line: string,
    done: (error: Error | null, result: [string[], string]) => void,
  ): Promise<void> {
    this.#held = [];
    const { found, written } = await this.#parts.complete(line);
    const [only, ...others] = found.map(({ value }) => value);
    const isWhole = only !== undefined && others.length === 0 && !/[=/]$/.test(only);
    done(null, [only === undefined ? [] : isWhole ? [`${only} `] : [only, ...others], written]);
    // Readline puts it in later on the same turn.
    setImmediate(() => {
      const held = this.#held ?? [];
      this.#held = undefined;
      this.redrawHint();
      for (const [at, [text, key]] of held.entries()) {
        if (this.#done === undefined) return this.#parts.keyboard.putBack(held.slice(at));
        this.#onKey(text, key);
      }
    });
  }

  /** Behind the cursor, in the same row: where there is no room, there is no hint. */
  #drawHint(): void {
    const { output, isCapable } = this.#parts;
    const { line, cursor } = this.#buffer;
    if (!isCapable || this.#search !== undefined || cursor !== line.length || line === '') return;
    const { cols } = this.#readline.getCursorPos();
    const room = (output.columns ?? 80) - cols - 2;
    const text = this.#parts.hint(line);
    const hint = `${text === '' || line.endsWith(' ') ? '' : ' '}${text}`.slice(0, Math.max(room, 0));
    output.write(hint === '' ? '\x1b[K' : `\x1b[K\x1b[90m${hint}\x1b[0m\x1b[${hint.length}D`);
  }

  #eraseHint(): void {
    if (this.#parts.isCapable && this.#buffer.cursor === this.#buffer.line.length)
      this.#parts.output.write('\x1b[K');
  }
}
