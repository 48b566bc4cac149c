import type { CommandEntry, Context, Dialect, Session, Writer } from '../commands/command.ts';
import type { Question } from '../commands/shell.ts';
import { exitCodeOf, Interrupted, UsageError } from '../errors.ts';
import { toJson } from '../output/json.ts';
import { Answer } from './answer.ts';
import type { DispatcherParts } from './dispatcher-parts.ts';
import { execute, loadCommand, loadedCommand } from './execute.ts';
import { type Globals, isOfWholeRun, readGlobals, takeSwitches } from './globals.ts';
import { Interrupts } from './interrupts.ts';
import { LineContext, type Surface } from './line-context.ts';
import { LineStage, openWorkspace, type Theatre } from './line-stage.ts';
import { failureJson, failureOf, failureText, shownFailure } from './report-error.ts';
import type { Resolved } from './resolve.ts';
import type { LineRunner, ReadLine } from './script/runner.ts';
import { afterWords, plainWords, splitAdminCli, splitCppShell, trySplitCppShell } from './tokens.ts';

/** How failures of the line are told, as far as that is known yet. */
interface Telling {
  json: boolean;
  noColor: boolean;
  dialect: Dialect;
  /** The line looks at the answer of the one before. */
  isCheck: boolean;
}

/** What a line goes by that begins with no flag: what was asked for the run, or of the line that runs it. */
interface Setting {
  /** Without cluster and dialect, which are the session's. */
  readonly globals: Globals;
  readonly session: Session;
  /** The dialect that somebody asked for. */
  readonly chosen: Session['dialect'] | undefined;
}

/** Turns words into commands, runs them one after another in one session, and shows what they answer. */
export class Dispatcher implements LineRunner {
  /** Of a script, or of the prompt, which say so. */
  readsLines = false;
  /** Where the lines below the running one come from: whoever brings lines sets it. */
  readLine: ReadLine;
  /** Runs the lines of a file that a line names, instead of this. */
  scripts: LineRunner = this;
  readonly #parts: DispatcherParts;
  readonly #surface: Surface;
  readonly #stdout: Writer;
  readonly #stderr: Writer;
  readonly #interrupts = new Interrupts();
  readonly #theatre: Theatre;
  /** Of the running line; lines that it runs have their own. */
  #answer = new Answer();
  #answered = this.#answer;
  #setting: Setting;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    const { cluster = '', dialect, timeoutMs = 5000 } = parts.globals;
    const session: Session = {
      cluster,
      table: '',
      dialect: dialect ?? 'admin-cli',
      dataTimeoutMs: timeoutMs,
      escapeAll: false,
    };
    this.#setting = { globals: withoutSession(parts.globals), session, chosen: dialect };
    this.readLine = parts.readLine;
    this.#theatre = { parts, interrupts: this.#interrupts, page: undefined };
    this.#stdout = this.#recorded(parts.output.stdout);
    this.#stderr = this.#recorded(parts.output.stderr);
    this.#surface = {
      backend: parts.backend,
      terminal: parts.terminal,
      stdout: this.#stdout,
      stderr: this.#stderr,
      shell: parts.shell(this),
      runLine: (line) => this.runLine(line),
      ask: (question, signal) => this.#ask(question, signal),
      readWords: (prompt, signal) => this.#readWords(prompt, signal),
    };
  }

  /** Of the lines that are read now. */
  get session(): Session {
    return this.#setting.session;
  }

  /** What the running line goes by, or the run. */
  get globals(): Globals {
    const { globals, session, chosen } = this.#setting;
    return { ...globals, dialect: chosen, cluster: session.cluster === '' ? undefined : session.cluster };
  }

  /** Who shows what is longer than the screen: the prompt sets it. */
  set pager(page: (text: string) => Promise<boolean>) {
    this.#theatre.page = page;
  }

  get progress(): Writer {
    return this.#parts.output.stderr;
  }

  /** What the last line answered that was no check. */
  get answered(): Answer {
    return this.#answered;
  }

  /** Stops the running command; false when none runs. */
  interrupt(): boolean {
    return this.#interrupts.interrupt();
  }

  /** Of the running line. */
  get signal(): AbortSignal | undefined {
    return this.#interrupts.running?.signal;
  }

  /** Runs one line of a script or of the prompt. Returns its exit code; what went wrong is shown already. */
  runLine(line: string): Promise<number> {
    return this.#guarded((telling) => {
      const plain = plainWords(line);
      const typed = plain ?? line.trim().split(/\s+/);
      const { globals, rest } = this.#globalsOfLine(typed);
      telling.json = globals.json;
      telling.noColor = globals.noColor;
      const found = this.#parts.commands.find(rest, this.#chosen(globals));
      telling.dialect = found?.entry.dialect ?? this.session.dialect;
      const isCheck = found?.entry.isCheck === true;
      if (plain !== undefined && !isCheck) return this.#run(rest, globals, telling, found);
      const text = afterWords(line, typed.length - rest.length);
      if (isCheck) return this.#check(found, text, globals, telling);
      const words = telling.dialect === 'cpp-shell' ? splitCppShell(text) : splitAdminCli(text);
      return this.#run(words, globals, telling);
    });
  }

  /** Runs one command whose words are split and whose global flags are read. */
  runWords(words: readonly string[]): Promise<number> {
    return this.#guarded((telling) => this.#run(words, this.#parts.globals, telling));
  }

  /** Shows what went wrong outside of a command. Returns its exit code. */
  report(error: unknown): Promise<number> {
    return this.#guarded(() => Promise.reject(error));
  }

  /** Opens the workspace when no cluster is chosen yet, so that the prompt can tell it. Returns the exit code. */
  async openCluster(): Promise<number> {
    if (this.session.cluster !== '') return 0;
    const code = await this.#guarded(async () => {
      await openWorkspace(this.#theatre, this.session);
      return 0;
    });
    return this.flush() || code;
  }

  /** Shows all that was held back, and returns the exit code of that. */
  flush(): number {
    return this.#unlessRefused(0, () => this.#parts.output.flush());
  }

  /** The exit code after `show`, which may have to make earlier answers durable first. */
  #unlessRefused(exitCode: number, show: () => void): number {
    try {
      show();
      return exitCode;
    } catch (error) {
      this.#parts.errors.write(failureText(failureOf(error), 'pegsh'));
      return exitCodeOf(error);
    }
  }

  #globalsOfLine(words: readonly string[]): { globals: Globals; rest: readonly string[] } {
    const { globals } = this.#setting;
    const read = readGlobals(words, globals);
    if (isOfWholeRun(read.globals, globals))
      throw new UsageError(`${words[0]} is for the whole run: it stands before the script`);
    return read;
  }

  /** @param known what the words name, where somebody has looked already */
  #run(words: readonly string[], globals: Globals, telling: Telling, known?: Resolved): Promise<number> {
    const session = this.#sessionFor(globals);
    const isOwn = globals.help || globals.version;
    const asked = globals.help ? ['help', ...words] : globals.version ? ['version'] : words;
    const found = isOwn
      ? this.#parts.commands.find(asked)
      : (known ?? this.#parts.commands.find(asked, this.#chosen(globals)));
    if (found === undefined) return this.#refuseUnknown(asked, globals, telling);
    telling.dialect = found.entry.dialect;
    if (found.entry.dialect !== 'pegsh') {
      const running = this.#runFound(found.entry, found.argv, globals, session);
      return this.#parts.terminal.interactive
        ? running.catch((error) => this.#point(error, words, found, this.#context('pegsh', globals, session)))
        : running;
    }
    const taken = takeSwitches(found.argv, globals);
    telling.json = taken.globals.json;
    telling.noColor = taken.globals.noColor;
    if (taken.globals.help && !globals.help) {
      return this.#run(found.entry.name.split(' '), { ...globals, help: true }, telling);
    }
    return this.#runFound(found.entry, taken.rest, taken.globals, session);
  }

  async #refuseUnknown(words: readonly string[], globals: Globals, telling: Telling): Promise<never> {
    telling.dialect = 'pegsh';
    const { unknownCommand } = await import('./suggest.ts');
    const chosen = this.#chosen(globals);
    const error = await unknownCommand(words, this.#parts.commands, chosen);
    if (chosen !== 'admin-cli') throw error;
    // Only people are told what may have been meant.
    const hint = this.#parts.terminal.interactive ? error.hint : undefined;
    throw new UsageError("unknown command, try 'help'", hint);
  }

  /** @throws what was thrown, with a word on who would have understood the line */
  async #point(error: unknown, words: readonly string[], found: Resolved, context: Context): Promise<never> {
    if (!(error instanceof UsageError) || error.hint !== undefined) throw error;
    const { whatWasMeant } = await import('./suggest.ts');
    const hint = await whatWasMeant({ words, found, context }, this.#parts.commands);
    throw hint === undefined ? error : new UsageError(error.message, hint);
  }

  /** A check gets its text as it was typed: a regular expression is not split into words. */
  #check({ entry }: Resolved, text: string, globals: Globals, telling: Telling): Promise<number> {
    telling.isCheck = true;
    return this.#runFound(entry, [afterWords(text, entry.name.split(' ').length)], globals, this.session);
  }

  /** The dialect that somebody asked for, of the line or of the run. */
  #chosen(globals: Globals): Session['dialect'] | undefined {
    return globals.dialect ?? this.#setting.chosen;
  }

  /** What the chosen dialect's program says when it is left. */
  async leave(): Promise<void> {
    if (this.#setting.chosen === 'cpp-shell') await this.runLine('exit');
  }

  /** A line with flags of its own has a session of its own: what it chooses is forgotten with it. */
  #sessionFor({ cluster = this.session.cluster, dialect = this.session.dialect }: Globals): Session {
    const isSame = cluster === this.session.cluster && dialect === this.session.dialect;
    return isSame ? this.session : { ...this.session, cluster, dialect };
  }

  #runFound(
    entry: CommandEntry,
    argv: readonly string[],
    globals: Globals,
    session: Session,
  ): Promise<number> {
    const context = this.#context(entry.dialect, globals, session);
    const stage = new LineStage(this.#theatre, { entry, context, answer: this.#answer, globals, session });
    if (globals !== this.#setting.globals || session !== this.#setting.session)
      this.#setting = { globals: withoutSession(globals), session, chosen: this.#chosen(globals) };
    const command = loadedCommand(entry);
    if (command !== undefined) return execute(command, argv, stage);
    return loadCommand(entry).then((loaded) => execute(loaded, argv, stage));
  }

  #context(dialect: Dialect, globals: Globals, session: Session): Context {
    return new LineContext(this.#surface, { dialect, globals, session }, this.#interrupts.running!);
  }

  readonly #beforeCall = (): Promise<void> | undefined => {
    const turn = this.#interrupts.beforeCall();
    return turn === undefined ? this.#untilRead() : turn.then(() => this.#untilRead());
  };

  /** A reader who is far behind is waited for: what he is to read would need more and more memory. */
  #untilRead(): Promise<void> | undefined {
    const { output, backend } = this.#parts;
    const read = output.untilRead();
    if (read === undefined) return undefined;
    output.flush();
    return backend.suspendedFor(() => this.#interrupts.unlessInterrupted(read));
  }

  async #ask({ text, ...question }: Question, signal: AbortSignal): Promise<string> {
    if (!this.#parts.terminal.interactive) throw new UsageError(`nobody is there to answer "${text.trim()}"`);
    const { output, ask } = this.#parts;
    // Line editors redraw the line that they ask on: what stands above it is written, not asked.
    const asked = text.slice(text.trimEnd().lastIndexOf('\n') + 1);
    output.stderr.write(text.slice(0, text.length - asked.length));
    output.flush();
    return ask({ ...question, text: asked }, signal);
  }

  async #readWords(prompt: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
    this.#parts.output.flush();
    const line = await this.readLine(prompt, signal);
    signal.throwIfAborted();
    return line === undefined ? undefined : trySplitCppShell(line);
  }

  /** Shows what goes wrong in `run`, and returns the exit code. An interrupt stops the outermost line. */
  async #guarded(run: (telling: Telling) => Promise<number>): Promise<number> {
    const { json, noColor } = this.#setting.globals;
    const telling: Telling = { json, noColor, dialect: 'pegsh', isCheck: false };
    const [outer, setting] = [this.#answer, this.#setting];
    const answer = new Answer();
    this.#answer = answer;
    this.#parts.backend.beforeCall = this.#beforeCall;
    try {
      const turn = this.#interrupts.enter();
      if (turn !== undefined) await turn;
      answer.exitCode = await run(telling);
    } catch (error) {
      if (error instanceof Interrupted && this.#interrupts.isNested) throw error;
      answer.exitCode = this.#tell(error, telling);
    } finally {
      this.#interrupts.leave();
      this.#answer = outer;
      this.#setting = setting;
      if (!telling.isCheck) this.#answered = answer;
    }
    return answer.exitCode;
  }

  /** Returns the exit code: another one where the disk refuses what was answered before. */
  #tell(error: unknown, { json, noColor, dialect }: Telling): number {
    const failure = failureOf(error);
    this.#answer.reply = () => toJson({ error: failure });
    return this.#unlessRefused(exitCodeOf(error), () => {
      if (json) this.#stdout.write(failureJson(failure));
      else this.#stderr.write(shownFailure(failure, dialect, this.#parts.terminal, noColor));
      if (this.#parts.debug && error instanceof Error) this.#stderr.write(`${error.stack}\n`);
    });
  }

  #recorded(writer: Writer): Writer {
    return {
      write: (text) => {
        if (text.length === 0) return;
        this.#answer.add(text);
        writer.write(text);
      },
    };
  }
}

/** A session has a cluster and a dialect of its own. */
function withoutSession(globals: Globals): Globals {
  return { ...globals, cluster: undefined, dialect: undefined };
}
