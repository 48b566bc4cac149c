import type { Writer } from '../../commands/command.ts';
import { sanitize } from '../../output/sanitize.ts';
import { monotonicMs } from '../monotonic.ts';
import { type IncomingLines, isLeaving, isSilent, type Line } from './lines.ts';
import type { LineRunner } from './runner.ts';
import { ScriptLines, type Waiting } from './script-lines.ts';
import { expand, type Variables } from './variables.ts';

export interface ScriptOptions {
  /** What stands before the line number on stderr: the file's name. */
  readonly name: string;
  readonly keepGoing: boolean;
  /** Tells on stderr how long each line took. */
  readonly timing: boolean;
  readonly variables: Variables;
  readonly waiting?: Waiting;
}

interface Failure extends Line {
  readonly exitCode: number;
  /** Why it does not end the script. */
  readonly excuse: string | undefined;
}

/** Characters of a line that are shown where it fails. */
const LONGEST_SHOWN = 200;
const INTERRUPTED = 130;
/** So many lines are worth being prepared for. */
const MANY = 100;
/** After so many lines that come one after another, more are expected. */
const SEVERAL = 20;
/** Looks at what was answered last. */
export const CHECK = /^\s*expect(\s|$)/;
const EXIT_CHECK = /^\s*expect\s+exit\s/;

/**
 * Runs lines one after another in the runner's session. The first that fails stops them, unless `keepGoing`.
 * Whether a line that is followed by `expect exit CODE` has failed is for that to say.
 *
 * @returns the exit code of the first line that failed, or 0
 */
export async function runScript(
  source: Iterable<string> | IncomingLines,
  runner: LineRunner,
  options: ScriptOptions,
): Promise<number> {
  const begun = monotonicMs();
  const lines = new ScriptLines(source, options.waiting);
  const { readLine, readsLines } = runner;
  runner.readLine = async () => (await lines.next())?.text;
  runner.readsLines = true;
  try {
    const isLong = Array.isArray(source) && source.length >= MANY;
    // The first line loads most of what the others need.
    const failed = await runLines(lines, runner, options, isLong ? 2 : SEVERAL);
    if (options.timing) runner.progress.write(`${options.name}: ${shownMs(begun)} in all\n`);
    return failed;
  } finally {
    Object.assign(runner, { readLine, readsLines });
    await lines.close();
  }
}

/** @param longFrom the line from which on many more are expected */
async function runLines(
  lines: ScriptLines,
  runner: LineRunner,
  options: ScriptOptions,
  longFrom: number,
): Promise<number> {
  const { keepGoing } = options;
  let failed = 0;
  let unjudged: Failure | undefined;
  let count = 0;
  const failsFor = (failure: Failure): boolean => {
    failed ||= failure.exitCode;
    unjudged = undefined;
    tellFailure(failure, options, runner.progress);
    return !(keepGoing || failure.excuse !== undefined) || failure.exitCode === INTERRUPTED;
  };
  for (;;) {
    const next = lines.next();
    const line = next instanceof Promise ? await next : next;
    if (line === undefined) break;
    if (isSilent(line.text)) continue;
    if (++count === longFrom) (await import('./many-lines.ts')).prepareForManyLines();
    const isCheck = CHECK.test(line.text);
    if (unjudged !== undefined && !isCheck && failsFor(unjudged)) return failed;
    if (isLeaving(line.text)) {
      await runner.leave();
      break;
    }
    const begun = options.timing ? monotonicMs() : 0;
    let exitCode: number;
    try {
      exitCode = await begin(line, runner, options, isCheck);
    } catch (interrupt) {
      runner.progress.write(`${options.name}:${line.number}: stopped here: ${shownLine(line.text)}\n`);
      throw interrupt;
    }
    if (options.timing) runner.progress.write(`${options.name}:${line.number}: ${shownMs(begun)}\n`);
    if (exitCode === 0) {
      if (isCheck && EXIT_CHECK.test(line.text)) unjudged = undefined;
      continue;
    }
    const failure = { ...line, exitCode, excuse: runner.excuse };
    if (isCheck || exitCode === INTERRUPTED) {
      if (failsFor(failure)) return failed;
    } else {
      unjudged = failure;
    }
  }
  if (unjudged !== undefined) failsFor(unjudged);
  return failed;
}

/** Begins a line, once what it names stands in it. */
function begin(
  { text }: Line,
  runner: LineRunner,
  { variables }: ScriptOptions,
  isCheck: boolean,
): Promise<number> {
  let line: string;
  try {
    line = expand(text, variables, isCheck);
  } catch (error) {
    return runner.report(error);
  }
  return runner.runLine(line);
}

function tellFailure(
  { text, number, exitCode, excuse }: Failure,
  { name, keepGoing }: ScriptOptions,
  progress: Writer,
): void {
  const what = excuse ?? (keepGoing ? 'failed' : 'stopped here');
  progress.write(`${name}:${number}: ${what} (exit code ${exitCode}): ${shownLine(text)}\n`);
}

/** A line may hold a value of a megabyte: its number tells where the rest is. */
function shownLine(text: string): string {
  const line = sanitize(text.trim());
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line;
}

/** Time since `begun`, of `monotonicMs`. */
export function shownMs(begun: number): string {
  return `${(monotonicMs() - begun).toFixed(1)} ms`;
}
