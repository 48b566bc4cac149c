import type { Writer } from '../../commands/command.ts';
import type { Dispatcher } from '../dispatch.ts';
import { isLeaving, isSilent, type Line, logicalLines } from './lines.ts';
import { offeredLines } from './offered-lines.ts';
import { expand, type Variables } from './variables.ts';

export interface ScriptOptions {
  /** What stands before the line number on stderr: the file's name. */
  readonly name: string;
  readonly keepGoing: boolean;
  /** Tells on stderr how long each line took. */
  readonly timing: boolean;
  readonly variables: Variables;
  readonly stderr: Writer;
  /** What happens while the next line is not there. */
  readonly waiting?: Waiting;
}

interface Waiting {
  /** At once: what is held back is shown. */
  begins(): void;
  /** After a while: others may have the workspace. */
  lasts(): void;
}

/** Who types line by line has the lock so long for the next one: to let go and take it costs more than a write. */
const SHORT_WAIT_MS = 20;

interface Failure extends Line {
  readonly exitCode: number;
}

const INTERRUPTED = 130;
const CHECK = /^\s*expect(\s|$)/;
const EXIT_CHECK = /^\s*expect\s+exit\s/;

/**
 * Runs lines one after another in the dispatcher's session. The first that fails stops them, unless `keepGoing`.
 * Whether a line that is followed by `expect exit CODE` has failed is for that to say.
 *
 * @returns the exit code of the first line that failed, or 0
 */
export async function runScript(
  lines: Iterable<string> | AsyncIterable<string>,
  dispatcher: Dispatcher,
  options: ScriptOptions,
): Promise<number> {
  const readBefore = dispatcher.readsLines;
  dispatcher.readsLines = true;
  try {
    return await runLines(lines, dispatcher, options);
  } finally {
    dispatcher.readsLines = readBefore;
  }
}

async function runLines(
  lines: Iterable<string> | AsyncIterable<string>,
  dispatcher: Dispatcher,
  options: ScriptOptions,
): Promise<number> {
  const { keepGoing, waiting } = options;
  const begun = performance.now();
  let failed = 0;
  let unjudged: Failure | undefined;
  const failsFor = (failure: Failure): boolean => {
    failed ||= failure.exitCode;
    unjudged = undefined;
    tellFailure(failure, options);
    return !keepGoing || failure.exitCode === INTERRUPTED;
  };
  const typed = logicalLines(waiting === undefined ? lines : noticingWaits(lines, waiting));
  for await (const line of offeredLines(typed, dispatcher)) {
    if (isSilent(line.text)) continue;
    const isCheck = CHECK.test(line.text);
    if (unjudged !== undefined && !isCheck && failsFor(unjudged)) return failed;
    if (isLeaving(line.text)) {
      await dispatcher.leave();
      break;
    }
    const exitCode = await runLine(line, dispatcher, options, isCheck);
    if (exitCode === 0) {
      if (EXIT_CHECK.test(line.text)) unjudged = undefined;
    } else if (isCheck || exitCode === INTERRUPTED) {
      if (failsFor({ ...line, exitCode })) return failed;
    } else {
      unjudged = { ...line, exitCode };
    }
  }
  if (unjudged !== undefined) failsFor(unjudged);
  if (options.timing) options.stderr.write(`${options.name}: ${shownMs(begun)} in all\n`);
  return failed;
}

async function runLine(
  { text, number }: Line,
  dispatcher: Dispatcher,
  { name, variables, stderr, timing }: ScriptOptions,
  isCheck: boolean,
): Promise<number> {
  const begun = performance.now();
  let line: string;
  try {
    line = expand(text, variables, isCheck);
  } catch (error) {
    return dispatcher.report(error);
  }
  const exitCode = await dispatcher.runLine(line).catch((interrupt) => {
    stderr.write(`${name}:${number}: stopped here: ${text.trim()}\n`);
    throw interrupt;
  });
  if (timing) stderr.write(`${name}:${number}: ${shownMs(begun)}\n`);
  return exitCode;
}

function tellFailure({ text, number, exitCode }: Failure, { name, keepGoing, stderr }: ScriptOptions): void {
  const what = keepGoing ? 'failed' : 'stopped here';
  stderr.write(`${name}:${number}: ${what} (exit code ${exitCode}): ${text.trim()}\n`);
}

/** Time since `begun`, of `performance.now()`. */
export function shownMs(begun: number): string {
  return `${(performance.now() - begun).toFixed(1)} ms`;
}

/** The same lines; a wait begins when the next one takes longer than a turn of the event loop. */
async function* noticingWaits(
  lines: Iterable<string> | AsyncIterable<string>,
  { begins, lasts }: Waiting,
): AsyncGenerator<string> {
  const source = asyncIterator(lines);
  try {
    for (;;) {
      const beginning = setImmediate(begins);
      const lasting = setTimeout(lasts, SHORT_WAIT_MS);
      const next = await source.next();
      clearImmediate(beginning);
      clearTimeout(lasting);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await source.return(undefined);
  }
}

async function* asyncIterator(lines: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  yield* lines;
}
