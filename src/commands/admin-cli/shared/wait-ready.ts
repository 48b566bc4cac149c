import { progressBar } from '../../../output/progress-bar.ts';
import type { Context, Terminal } from '../../command.ts';
import { Refusal } from '../../mirrored.ts';
import { queryConfig, replicasOf } from './config-query.ts';

const PAUSE_MS = 1000;
/** Upstream never gives up; this is as long as the C++ shell waits. */
const LONGEST_MS = 3_600_000;

/**
 * Looks every second until each partition has a primary and exactly as many replicas as wanted
 * (`waitTableReady`, `executor/create_table.go`); draws a progress bar on a terminal.
 *
 * @param answered what was answered so far: shown at once on a terminal, above the bar, and else by `print` or a refusal
 * @throws Refusal
 */
export async function waitUntilReady(
  ctx: Context,
  table: string,
  partitions: number,
  replicas: number,
  answered: string,
): Promise<void> {
  if (drawsBar(ctx)) ctx.terminal.stdout.write(answered);
  const before = unshown(answered, ctx.terminal);
  for (let waited = 0; ; waited += PAUSE_MS) {
    ctx.signal.throwIfAborted();
    await ctx.meta.sleep(PAUSE_MS);
    const ready = await readyCount(ctx, table, replicas, before);
    draw(ctx, ready, partitions, waited / 1000);
    if (ready === partitions) return;
    if (waited >= LONGEST_MS) {
      const err = `error: table "${table}" is not ready after ${LONGEST_MS / 1000} seconds: ${ready} of ${partitions} partitions\n`;
      throw new Refusal('ERR_TIMEOUT', { out: before, err });
    }
  }
}

async function readyCount(ctx: Context, table: string, replicas: number, before: string): Promise<number> {
  const config = await queryConfig(ctx, table).catch((error: unknown) => {
    if (error instanceof Refusal)
      throw new Refusal(error.code, { ...error.printed, out: before }, error.hint);
    throw error;
  });
  return config.partitions.filter((partition) => {
    return partition.primary !== '' && replicasOf(partition) === replicas;
  }).length;
}

/** What `print` has still to show of what was answered before the wait. */
export function unshown(answered: string, { interactive }: Terminal): string {
  return interactive ? '' : answered;
}

function drawsBar({ terminal, json }: Context): boolean {
  return terminal.interactive && !json;
}

function draw(ctx: Context, ready: number, partitions: number, seconds: number): void {
  if (!drawsBar(ctx)) return;
  const { terminal } = ctx;
  const bar = progressBar(ready, partitions, terminal.width, seconds);
  terminal.stderr.write(`\r${bar}${ready === partitions ? '\n' : ''}`);
}
