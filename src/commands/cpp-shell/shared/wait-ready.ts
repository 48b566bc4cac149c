import type { Context } from '../../command.ts';
import { callMeta, MetaError } from './meta-call.ts';
import { membersOf } from './partitions.ts';

const PAUSE_MS = 2000;
/** Upstream waits this long in all for one connection, then reports success whatever is there. */
const LONGEST_MS = 3_600_000;

export interface Waited {
  /** Lines as upstream tells of each look. */
  readonly lines: readonly string[];
  /** Why it ended early, as upstream tells: of a table that is created, whatever is waited for. */
  readonly failure?: { readonly code: string; readonly told: string };
}

/** Looks every 2 s until each partition has a primary and enough secondaries (`wait_app_ready`). */
export async function waitUntilReady(
  ctx: Context,
  name: string,
  partitionCount: number,
  replicaCount: number,
): Promise<Waited> {
  const lines: string[] = [];
  for (let waited = 0; waited < LONGEST_MS; waited += PAUSE_MS) {
    ctx.signal.throwIfAborted();
    await ctx.meta.sleep(PAUSE_MS);
    try {
      const ready = await readyCount(ctx, name, replicaCount);
      if (ready === partitionCount) {
        lines.push(`${name} is ready now: (${ready}/${partitionCount})\n`);
        break;
      }
      lines.push(`${name} not ready yet, still waiting... (${ready}/${partitionCount})\n`);
    } catch (error) {
      if (!(error instanceof MetaError)) throw error;
      if (error.answered || error.code !== 'ERR_INVALID_STATE') {
        const what = error.answered ? 'received server error' : 'call server error';
        const told = `create app ${name} failed: [query] ${what}: ${error.code}\n`;
        return { lines, failure: { code: error.code, told } };
      }
      lines.push(`${name} not ready yet, still waiting...\n`);
    }
  }
  return { lines: [...lines, `${name} is ready now!\n`] };
}

async function readyCount({ meta }: Context, name: string, replicaCount: number): Promise<number> {
  const reply = await callMeta(meta.queryConfig({ app_name: name, partition_indices: [] }));
  return reply.partitions.map(membersOf).filter(({ primary, secondaries }) => {
    return primary !== '' && secondaries.length + 1 >= replicaCount;
  }).length;
}
