import { ClusterError, Interrupted, UsageError } from '../../../errors.ts';
import { isReached, sampleDuplications } from '../../../operations/duplication-watch.ts';
import { toJson } from '../../../output/json.ts';
import { LiveScreen } from '../../../output/live-screen.ts';
import { dateTime } from '../../../rpc/idl/time.ts';
import type { Context } from '../../command.ts';
import { durationMs } from '../../grammar/duration.ts';
import { oneOf, readOwn, wholeNumber } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';
import { frameOf } from './watch-screen.ts';

interface Args {
  readonly table: string | undefined;
  readonly intervalMs: number;
  /** How often to look; undefined = until the goal is reached, or Ctrl-C. */
  readonly count: number | undefined;
  readonly goal: string | undefined;
}

interface Ending {
  readonly looks: number;
  readonly isReached: boolean;
}

const GOALS = ['caught-up', 'blocked', 'DS_PREPARE', 'DS_APP', 'DS_LOG', 'DS_PAUSE', 'DS_REMOVED'] as const;

/** Under the manual clock time costs nothing, so a terminal gets a moment to look. */
const GLANCE_MS = 500;

export default own<Args, Ending>({
  name: 'dup watch',
  aliases: ['duplication watch'],
  summary:
    'Follow duplications: states and lag of each partition; live on a terminal, else a line of JSON each.',
  usage: 'dup watch [TABLE] [--interval 10s] [--count N] [--until caught-up|blocked|STATUS]',
  examples: [
    'pegsh dup watch',
    'pegsh dup watch test1 --interval 2s',
    'pegsh --json dup watch test1 --until caught-up --count 30',
  ],
  streams: true,
  endsOnInterrupt: true,
  isHarmless: true,
  parse(argv) {
    const typed = readOwn(argv, {
      command: 'dup watch',
      words: ['[TABLE]'],
      values: ['interval', 'count', 'until'],
    });
    const count = typed.value('count');
    const goal = typed.value('until');
    const intervalMs = durationMs(typed.value('interval') ?? '10s');
    if (intervalMs === 0) throw new UsageError('--interval takes more than 0');
    return {
      table: typed.words[0],
      intervalMs,
      count: count === undefined ? undefined : Math.max(1, wholeNumber(count, '--count')),
      goal: goal === undefined ? undefined : oneOf(goal, GOALS, '--until'),
    };
  },
  async run(ctx, args) {
    const { mode } = await ctx.control.getClock({});
    const isLive = ctx.terminal.interactive && !ctx.json;
    if (mode === 'manual' && !isLive && args.count === undefined && args.goal === undefined)
      throw new UsageError(
        'this would go on for ever: time costs nothing here',
        'add --count N or --until GOAL',
      );
    await checkTable(ctx, args.table);
    const { stdout, screen, color } = ctx.terminal;
    const live = isLive && screen !== undefined ? new LiveScreen(stdout, screen, color) : undefined;
    try {
      for (let looks = 1; ; looks++) {
        const samples = await sampleDuplications(ctx.control, ctx.session.cluster, args.table);
        if (isLive) show(live, frameOf(samples, args.table), ctx);
        else for (const sample of samples) stdout.write(`${JSON.stringify(toJson(sample))}\n`);
        const reached = args.goal !== undefined && isReached(samples, args.goal);
        const isLast = reached || looks === args.count;
        if (isLast || !(await nextLook(ctx, mode === 'manual', isLive, args.intervalMs)))
          return { looks, isReached: reached };
      }
    } finally {
      live?.end();
    }
  },
  print({ looks, isReached }, { goal }) {
    if (goal === undefined || isReached) return {};
    const times = looks === 1 ? 'once' : `${looks} times`;
    return { err: `looked ${times}: not ${goal} yet\n`, exitCode: 1 };
  },
});

/** Painted over the last look, where a terminal can be painted on. */
function show(live: LiveScreen | undefined, text: string, { meta, terminal }: Context): void {
  const heading = `dup watch  ${dateTime(meta.now())} UTC  Ctrl-C ends`;
  if (live === undefined) terminal.stdout.write(`--- ${heading}\n${text}`);
  else live.paint(heading, text);
}

/** @returns false after Ctrl-C */
async function nextLook(
  ctx: Context,
  isManual: boolean,
  isLive: boolean,
  intervalMs: number,
): Promise<boolean> {
  try {
    if (!isManual) await ctx.shell.pause(intervalMs);
    else {
      if (isLive) await ctx.shell.pause(GLANCE_MS);
      await ctx.meta.sleep(intervalMs);
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  }
  return !ctx.signal.aborted;
}

/** @throws ClusterError where there is no such table */
async function checkTable(ctx: Context, table: string | undefined): Promise<void> {
  if (table === undefined) return;
  const { err } = await ctx.meta.queryDuplication({ app_name: table });
  if (err !== 'ERR_APP_NOT_EXIST') return;
  throw new ClusterError(err, `there is no table '${table}'`, 'pegsh ls shows those there are');
}
