import {
  type CommandEntry,
  type Context,
  type Part,
  type Plan,
  type Printed,
  type RunnableCommand,
  runnable,
  type Streamed,
  type Terminal,
} from '../commands/command.ts';
import { Interrupted, UsageError } from '../errors.ts';
import { labelled, stripAnsi } from '../output/ansi.ts';
import { jsonLine, jsonText, toJson } from '../output/json.ts';
import { sanitize } from '../output/sanitize.ts';
import { type Answer, tooLong } from './answer.ts';
import type { Names } from './completion/names.ts';

/** What the dispatcher lends to the running of one command. */
export interface Stage {
  readonly context: Context;
  readonly answer: Answer;
  /** Seconds between looks: the command is watched. */
  readonly watch: number | undefined;
  /** Only what would be done is told. */
  readonly isDryRun: boolean;
  /** A word that is missing may be asked for. */
  readonly asksForMissing: boolean;
  /** Whether somebody shows what is longer than the screen. */
  readonly hasPager: boolean;
  /** Whether the one who reads stdout is still there. */
  readonly isRead: boolean;
  /** Opens the workspace, where it is not open. */
  open(): Promise<void> | undefined;
  /** What there is in the clusters, by name. */
  names(): Promise<Names>;
  /** @throws Interrupted as soon as the line is, whatever `work` does then */
  untilAborted<T>(work: Promise<T>): Promise<T>;
  /** Shows what is longer than the screen. @returns false where it is not shown */
  page(text: string): Promise<boolean>;
  /** Shows what is held back, lets others use the workspace, and waits. @returns false when nobody looks any more */
  pause(ms: number): Promise<boolean>;
}

const loaded = new WeakMap<CommandEntry, RunnableCommand>();

/** A command that was loaded before. */
export function loadedCommand(entry: CommandEntry): RunnableCommand | undefined {
  return loaded.get(entry);
}

/** Imports a command, and remembers it for the next line. */
export async function loadCommand(entry: CommandEntry): Promise<RunnableCommand> {
  const command = runnable((await entry.load()).default);
  loaded.set(entry, command);
  return command;
}

/** Runs a command: parses, confirms, calls, shows. Returns the exit code. */
export async function execute(
  command: RunnableCommand,
  argv: readonly string[],
  stage: Stage,
): Promise<number> {
  const { context } = stage;
  const args = stage.asksForMissing ? await parseAsking(command, argv, stage) : command.parse(argv, context);
  const isPlanned = stage.isDryRun && command.isHarmless !== true && !looksOnly(command, args);
  if (command.offline !== true || isPlanned || stage.watch !== undefined) {
    const opening = stage.open();
    if (opening !== undefined) await opening;
  }
  if (isPlanned) {
    stage.answer.isPlan = true;
    return showPlan(await planOf(command, argv, args, context), context);
  }
  if (stage.watch !== undefined) return watchIt(command, argv, args, stage);
  if (command.confirm !== undefined) await confirm(command, args, context);
  if (command.stream !== undefined && comesInParts(command, args, stage))
    return showParts(command, args, stage);
  const running = command.run(context, args);
  const reply = await (command.endsOnInterrupt === true ? running : stage.untilAborted(running));
  const printed = command.print(reply, args, context.terminal);
  stage.answer.reply = () => toJson(replyOf(command, reply, args));
  if (context.json && command.streams !== true)
    context.terminal.stdout.write(jsonText(replyOf(command, reply, args)));
  else if (!isLong(printed, stage) || !(await showPaged(printed, stage))) show(printed, context.terminal);
  return printed.exitCode ?? 0;
}

function comesInParts(command: RunnableCommand, args: unknown, { context, hasPager }: Stage): boolean {
  const isProgress = holds(command.tellsProgress, args);
  return context.json ? !isProgress : isProgress || !hasPager;
}

function isLong({ out = '' }: Printed, { context, hasPager }: Stage): boolean {
  if (!hasPager) return false;
  const { screen } = context.terminal;
  return screen !== undefined && linesOf(out) >= screen.size.rows;
}

/** Returns false where it is not shown. */
async function showPaged({ out = '', err }: Printed, stage: Stage): Promise<boolean> {
  const { terminal } = stage.context;
  if (!(await stage.page(plainUnless(terminal.color, out)))) return false;
  show({ err }, terminal);
  return true;
}

function show({ out, err }: Pick<Printed, 'out' | 'err'>, terminal: Terminal): void {
  const { stdout, stderr, color, interactive } = terminal;
  if (out !== undefined) stdout.write(plainUnless(color, out));
  if (err === undefined) return;
  stderr.write(color && interactive ? labelled(err) : plainUnless(color, err));
}

function linesOf(text: string): number {
  return text.split('\n').length - 1;
}

function replyOf(command: RunnableCommand, reply: unknown, args: unknown): unknown {
  return command.json === undefined ? reply : command.json(reply, args);
}

/** Shows each part as it comes, until the last, or until nobody reads them. */
async function showParts(command: RunnableCommand, args: unknown, stage: Stage): Promise<number> {
  const { context, answer } = stage;
  const { terminal } = context;
  const stream = command.stream!(context, args);
  const parts: Part[] = [];
  answer.reply = () => {
    if (answer.isTooLong) throw tooLong();
    return toJson(replyOf(command, { parts, exitCode: answer.exitCode } satisfies Streamed, args));
  };
  for (;;) {
    const next = await stage.untilAborted(stream.next());
    if (next.done === true) return next.value;
    const { json = [], ...text } = next.value;
    if (context.json) terminal.stdout.write(json.map(jsonLine).join(''));
    else show(text, terminal);
    if (answer.isTooLong) parts.length = 0;
    else parts.push(next.value);
    if (!stage.isRead && !holds(command.tellsProgress, args)) return 0;
  }
}

function plainUnless(color: boolean, text: string): string {
  return color ? text : stripAnsi(text);
}

function looksOnly({ isLook }: RunnableCommand, args: unknown): boolean {
  return holds(isLook, args);
}

function holds(of: boolean | ((args: unknown) => boolean) = false, args: unknown): boolean {
  return typeof of === 'function' ? of(args) : of;
}

async function watchIt(
  command: RunnableCommand,
  argv: readonly string[],
  args: unknown,
  stage: Stage,
): Promise<number> {
  if (!looksOnly(command, args))
    throw new UsageError(`${command.name} cannot be watched`, '--watch repeats what lists, and nothing else');
  const { watch } = await import('./watch.ts');
  const title = [command.name, ...argv].join(' ');
  const { context, watch: seconds = 0 } = stage;
  const { json, terminal } = context;
  const look = async () => {
    // Some commands close the workspace.
    await stage.open();
    const nowMs = context.meta.now();
    const reply = await stage.untilAborted(command.run(context, args));
    const { out = '', err = '' } = command.print(reply, args, terminal);
    return { text: out + err, reply: replyOf(command, reply, args), nowMs };
  };
  const pause = (ms: number) => stage.pause(ms);
  return watch({ title, seconds, json, terminal, look, pause }).catch((error) => {
    if (error instanceof Interrupted) return 0;
    throw error;
  });
}

/** Of what moves, drops or overwrites nothing there is no more to be told than what it is. */
async function planOf(
  command: RunnableCommand,
  argv: readonly string[],
  args: unknown,
  context: Context,
): Promise<Plan> {
  if (command.plan !== undefined) return command.plan(context, args);
  return { action: `run ${sanitize([command.name, ...argv].join(' '))}`, counts: {}, samples: [] };
}

function showPlan(plan: Plan, context: Context): number {
  const { stdout } = context.terminal;
  stdout.write(context.json ? jsonText({ dry_run: true, ...plan }) : planText(plan));
  return 0;
}

function planText({ action, counts, samples }: Plan): string {
  const names = Object.keys(counts);
  const width = Math.max(0, ...names.map((name) => name.length));
  const lines = [
    `would ${action}`,
    ...names.map((name) => `  ${name.padEnd(width)}  ${counts[name]}`),
    ...(samples.length === 0 ? [] : ['for example', ...samples.map((sample) => `  ${sample}`)]),
    'nothing was done',
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** On a terminal, what is missing is asked for. */
async function parseAsking(
  command: RunnableCommand,
  argv: readonly string[],
  stage: Stage,
): Promise<unknown> {
  const { context } = stage;
  for (let words = argv; ; ) {
    try {
      return command.parse(words, context);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const { askForMissing } = await import('./missing.ts');
      const completed = await askForMissing({ command, argv: words, error }, context, () => stage.names());
      if (completed === undefined) throw error;
      words = completed;
    }
  }
}

/** @throws UsageError when what is typed is not the name, or nobody can type */
async function confirm(command: RunnableCommand, args: unknown, context: Context): Promise<void> {
  const { interactive } = context.terminal;
  const asksPeopleOnly = command.dialect !== 'pegsh' || command.confirmsPeopleOnly === true;
  if (context.yes || (!interactive && asksPeopleOnly)) return;
  const name = await command.confirm!(args, context);
  if (name === undefined) return;
  if (!interactive) {
    throw new UsageError(`${command.name} needs --yes: it cannot be undone`);
  }
  const typed = await context.ask(`This cannot be undone. Type ${name} to go on: `);
  if (typed.trim() !== name) throw new UsageError(`"${typed}" is not ${name}: nothing was done`);
}
