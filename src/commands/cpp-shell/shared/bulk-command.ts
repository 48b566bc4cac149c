import type { Scanner } from '../../../rpc/client/replica/scanner.ts';
import type { AnyCommand, Command, Context, Part, Printed, Streamed } from '../../command.ts';
import { mirrored } from '../../mirrored.ts';
import { collected, printed } from './parts.ts';
import { type Failure, type Processed, runSplits, type SplitJob, type Tick } from './splits.ts';
import { type Extra, failureLine, tickLine } from './splits-report.ts';

/** Work on a table that may begin. */
export interface Begun<Job> {
  /** What is told before it begins; without it only failures are told before the end. */
  readonly told: string | undefined;
  readonly scanners: readonly Scanner[];
  readonly job: Job;
  /** 0 = as long as it takes. */
  readonly runSeconds?: number;
}

/** A command that goes through the rows of a table, split by split, and tells how far it is. */
export interface BulkCommand<Args, Job>
  extends Pick<
    Command<Args, Streamed>,
    'name' | 'summary' | 'usage' | 'examples' | 'isLook' | 'parse' | 'confirm' | 'plan'
  > {
  /** @throws Refusal */
  begin(ctx: Context, args: Args): Promise<Begun<Job>>;
  /** What is counted besides rows. */
  extra?(args: Args): Extra;
  /** How it ended; what went wrong in the splits was told. */
  end(processed: Processed, args: Args, job: Job): Printed;
  reply(processed: Processed, args: Args, job: Job): unknown;
}

export function bulkCommand<Args, Job extends SplitJob>(spec: BulkCommand<Args, Job>): AnyCommand {
  const { begin, extra, end, reply, ...rest } = spec;
  async function* stream(ctx: Context, args: Args): AsyncGenerator<Part, number> {
    const { told, scanners, job, runSeconds } = await begin(ctx, args);
    if (told !== undefined) yield { out: told };
    const news = runSplits(ctx, scanners, job, runSeconds);
    for (;;) {
      const next = await news.next();
      if (next.done !== true) {
        if (told !== undefined || 'text' in next.value) yield partOf(next.value, extra?.(args));
      } else {
        const { exitCode = 0, ...ending } = end(next.value, args, job);
        yield { ...ending, json: [reply(next.value, args, job)] };
        return exitCode;
      }
    }
  }
  return mirrored<Args, Streamed>({
    ...rest,
    dialect: 'cpp-shell',
    tellsProgress: true,
    stream,
    run: (ctx, args) => collected(stream(ctx, args)),
    print: printed,
    json: ({ parts }) => parts.at(-1)?.json?.[0],
  });
}

function partOf(news: Tick | Failure, extra: Extra | undefined): Part {
  return 'text' in news ? { err: failureLine(news) } : { out: tickLine(news, extra) };
}
