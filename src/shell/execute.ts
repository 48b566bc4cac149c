import type { Command, Context } from '../commands/command.ts';
import { MissingArgument, UsageError } from '../errors.ts';
import { stripAnsi } from '../output/ansi.ts';
import { jsonText, toJson } from '../output/json.ts';
import type { Answer } from './answer.ts';

export type RunnableCommand = Command<unknown, unknown>;

/** What the dispatcher lends to the running of one command. */
export interface Stage {
  readonly context: Context;
  readonly answer: Answer;
  /** Opens the workspace. */
  open(): Promise<void>;
  /** @throws Interrupted as soon as the line is, whatever `work` does then */
  untilAborted<T>(work: Promise<T>): Promise<T>;
}

/** Runs a command: parses, confirms, calls, shows. Returns the exit code. */
export async function execute(
  command: RunnableCommand,
  argv: readonly string[],
  stage: Stage,
): Promise<number> {
  const { context } = stage;
  const args = await parse(command, argv, context);
  if (command.offline !== true) await stage.open();
  await confirm(command, args, context);
  const running = command.run(context, args);
  const reply = await (command.endsOnInterrupt === true ? running : stage.untilAborted(running));
  return show(command, args, reply, stage);
}

function show(command: RunnableCommand, args: unknown, reply: unknown, { context, answer }: Stage): number {
  const { stdout, stderr, color } = context.terminal;
  const printed = command.print(reply, args, context.terminal);
  const replyOf = (): unknown => (command.json === undefined ? reply : command.json(reply, args));
  answer.reply = () => toJson(replyOf());
  if (context.json) {
    stdout.write(jsonText(replyOf()));
  } else {
    const shown = (text = ''): string => (color ? text : stripAnsi(text));
    stdout.write(shown(printed.out));
    stderr.write(shown(printed.err));
  }
  return printed.exitCode ?? 0;
}

/** On a terminal, an argument that is missing is asked for and added at the end. */
async function parse(command: RunnableCommand, argv: readonly string[], context: Context): Promise<unknown> {
  for (let words = argv; ; ) {
    try {
      return command.parse(words, context);
    } catch (error) {
      if (!(error instanceof MissingArgument) || !context.terminal.interactive) throw error;
      words = [...words, await context.ask(`${error.argument}: `)];
    }
  }
}

/** @throws UsageError when what is typed is not the name, or nobody can type */
async function confirm(command: RunnableCommand, args: unknown, context: Context): Promise<void> {
  const name = command.confirm?.(args, context);
  if (name === undefined || context.yes) return;
  if (!context.terminal.interactive) throw new UsageError(`${command.name} needs --yes: it cannot be undone`);
  const typed = await context.ask(`This cannot be undone. Type ${name} to go on: `);
  if (typed.trim() !== name) throw new UsageError(`"${typed}" is not ${name}: nothing was done`);
}
