import type { Writer } from '../../commands/command.ts';
import { sanitize } from '../../output/sanitize.ts';
import { servedAt } from '../../rpc/transport/served-at.ts';
import type { Dispatcher } from '../dispatch.ts';
import type { Run, Surroundings } from '../run.ts';
import { CHECK } from './run-script.ts';
import type { LineRunner, ReadLine } from './runner.ts';
import { Stage } from './stage.ts';

/**
 * Lends what runs the lines of a script dry, with whatever they name. There is no stage for real clusters, nor for a
 * workspace that another process serves.
 */
export async function rehearsed<R>(
  run: Pick<Run, 'dispatcher' | 'backend'>,
  surroundings: Surroundings,
  work: (runner: LineRunner) => Promise<R>,
): Promise<R> {
  const { dispatcher, backend } = run;
  const isHere =
    dispatcher.globals.meta === undefined &&
    servedAt(await surroundings.host(), backend.directory) === undefined;
  const stage = isHere ? await Stage.of(run, surroundings) : undefined;
  const planner = stage?.planner.dispatcher ?? dispatcher;
  const outer = planner.scripts;
  planner.scripts = new Rehearsal(run, stage);
  const stop = (): void => stage?.interrupt();
  const forget = surroundings.onInterrupt(stop);
  dispatcher.signal?.addEventListener('abort', stop);
  try {
    return await work(planner.scripts);
  } finally {
    dispatcher.signal?.removeEventListener('abort', stop);
    forget();
    planner.scripts = outer;
    stage?.close();
  }
}

const USE = /^\s*use\s/;

/**
 * Runs lines dry: each is planned, and then done on a stage, a copy of the workspace, so that those below find what they
 * need and a check has something to look at. Without a stage they are only planned.
 */
export class Rehearsal implements LineRunner {
  readonly #planner: Dispatcher;
  readonly #stage: Stage | undefined;
  #readLine: ReadLine;
  /** What the plan of the line has read below it: the doing reads the same. */
  readonly #readByPlan: string[] = [];
  #onlyPlanned: string | undefined;
  #excuse: string | undefined;

  constructor({ dispatcher }: Pick<Run, 'dispatcher'>, stage: Stage | undefined) {
    this.#planner = stage?.planner.dispatcher ?? dispatcher;
    this.#stage = stage;
    this.#readLine = this.#planner.readLine;
  }

  /** Once a line was only planned, one that fails may miss what it would have done: that ends no script. */
  get excuse(): string | undefined {
    return this.#excuse;
  }

  get readsLines(): boolean {
    return this.#planner.readsLines;
  }

  set readsLines(does: boolean) {
    this.#planner.readsLines = does;
    if (this.#stage !== undefined) this.#stage.readsLines = does;
  }

  get readLine(): ReadLine {
    return this.#readLine;
  }

  set readLine(read: ReadLine) {
    this.#readLine = read;
    this.#planner.readLine = async (...asked) => {
      const line = await read(...asked);
      if (line !== undefined) this.#readByPlan.push(line);
      return line;
    };
    if (this.#stage !== undefined)
      this.#stage.readLine = async (...asked) => this.#readByPlan.shift() ?? read(...asked);
  }

  async runLine(line: string): Promise<number> {
    const exitCode =
      CHECK.test(line) && this.#stage !== undefined ? await this.#check(line) : await this.#plan(line);
    const rests = exitCode !== 0 && this.#onlyPlanned !== undefined;
    // The lines below are for a table that is not there yet, and not for the one that was in use.
    if (rests && USE.test(line)) this.#planner.session.table = '';
    this.#excuse = rests ? `may rest on \`${this.#onlyPlanned}\`, which was only planned` : undefined;
    return exitCode;
  }

  get progress(): Writer {
    return this.#planner.progress;
  }

  flush(): number {
    return this.#planner.flush();
  }

  report(error: unknown): Promise<number> {
    return this.#planner.report(error);
  }

  leave(): Promise<void> {
    return this.#planner.leave();
  }

  async #plan(line: string): Promise<number> {
    this.#readByPlan.length = 0;
    const exitCode = await this.#planner.runLine(line);
    const { answered } = this.#planner;
    if (this.#stage !== undefined) this.#stage.answered = answered;
    if (exitCode !== 0 || !answered.isPlan) return exitCode;
    const done = await this.#stage?.run(line);
    if (done === undefined) this.#onlyPlanned = sanitize(line.trim());
    if (done === undefined || done.exitCode === 0) return 0;
    this.progress.write(`it would fail:\n${done.text}`);
    return done.exitCode;
  }

  async #check(line: string): Promise<number> {
    const done = await this.#stage!.check(line);
    this.progress.write(done.text);
    return done.exitCode;
  }
}
