import { progressBar } from '../../output/progress-bar.ts';
import type { Context } from '../command.ts';
import { Refusal } from '../mirrored.ts';
import { queryConfig, replicasOf } from './config-query.ts';

const PAUSE_MS = 1000;
/** Upstream never gives up; this is as long as the C++ shell waits. */
const LONGEST_MS = 3_600_000;

/**
 * Looks every second until each partition has a primary and exactly as many replicas as wanted
 * (`waitTableReady`, `executor/create_table.go`); draws a progress bar on a terminal.
 *
 * @param before what was answered so far, for a refusal to show
 * @throws Refusal
 */
export async function waitUntilReady(
  ctx: Context,
  table: string,
  partitions: number,
  replicas: number,
  before: string,
): Promise<void> {
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

function draw({ terminal, json }: Context, ready: number, partitions: number, seconds: number): void {
  if (!terminal.interactive || json) return;
  const bar = progressBar(ready, partitions, terminal.width, seconds);
  terminal.stderr.write(`\r${bar}${ready === partitions ? '\n' : ''}`);
}
