import { UsageError } from '../../../errors.ts';
import { sanitize } from '../../../output/sanitize.ts';
import type { Gpid } from '../../../rpc/idl/schema.ts';
import type { Context } from '../../command.ts';
import { Refusal } from '../../mirrored.ts';
import { goError, refused } from './meta-call.ts';
import { answerOf, type Server, TIMEOUT_MS } from './servers.ts';

/** A replica that moves from one disk of its server to another. */
export interface DiskMove {
  /** `2.1` */
  readonly gpid: string;
  readonly from: string;
  readonly to: string;
}

/**
 * Has a server begin to move a replica (`executor/disk_migrate.go DiskMigrate`).
 *
 * @returns why it does not; undefined where it does
 */
export async function refusedMigration(
  ctx: Context,
  server: Server,
  { gpid, from, to }: DiskMove,
): Promise<Refusal | undefined> {
  const request = { pid: gpidOf(gpid), origin_disk: from, target_disk: to };
  try {
    const asked = ctx.servers.migrateReplicaDisk(server.node, request, TIMEOUT_MS);
    const { err, hint } = await answerOf(server, asked);
    if (err === 'ERR_OK') return undefined;
    const failed = `DiskMigrate to session [${server.address}(replica)] failed: ${goError(err)}`;
    const text = hint === undefined ? failed : `Internal server error [${failed}:${sanitize(hint)}]`;
    return refused(err, text, hint);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** The first two numbers of the text (`util/common_utils.go Str2Gpid`). @throws UsageError */
export function gpidOf(text: string): Gpid {
  const [app_id, partition_index] = text
    .split('.')
    .slice(0, 2)
    .map((part) => (/^[+-]?\d+$/.test(part) ? Number(part) : NaN));
  if (!isInt32(app_id) || !isInt32(partition_index)) throw new UsageError(`Invalid gpid format [${text}]`);
  return { app_id, partition_index };
}

function isInt32(value = NaN): value is number {
  return value === (value | 0);
}
