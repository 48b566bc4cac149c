import { minimumForWrites } from '../meta/guardian.ts';
import { isDuplicable, type Update } from './data/updates.ts';
import { commit, takeLateReply } from './group.ts';
import type { Replica } from './replica.ts';

/** What a client request comes to: a reply, after so many microseconds, or an error code instead. */
export type Served =
  | { readonly err: 'ERR_OK'; readonly reply: unknown; readonly waitedUs: number }
  | {
      readonly err: string;
      readonly waitedUs: number;
      /** The reply of a write that was not committed at once; undefined until it is. */
      readonly late?: () => unknown;
    };

/** A write of a client: the gates in upstream's order, then two-phase commit (`replica_2pc.cpp on_client_write`). */
export function serveWrite(replica: Replica, update: Update): Served {
  const refused = refusal(replica, update);
  if (refused !== undefined) return { err: refused, waitedUs: 0 };
  const { server, gpid } = replica;
  const { replies, decree, waitedUs } = commit(replica, [update]);
  if (replies !== undefined) return { err: 'ERR_OK', reply: replies[0], waitedUs };
  const late = () => takeLateReply(server, gpid, decree)?.[0];
  return { err: 'ERR_TIMEOUT', waitedUs, late };
}

function refusal(replica: Replica, update: Update): string | undefined {
  if (
    replica.ram.duplication_master &&
    !isDuplicable(update.code) &&
    update.code !== 'RPC_RRDB_RRDB_DUPLICATE'
  ) {
    return 'ERR_OPERATION_DISABLED';
  }
  if (!replica.isPrimary) return 'ERR_INVALID_STATE';
  if (!hasEnoughMembers(replica)) return 'ERR_NOT_ENOUGH_MEMBER';
  return undefined;
}

function hasEnoughMembers(replica: Replica): boolean {
  const { meta } = replica;
  const minimum = meta === undefined ? 1 : minimumForWrites(meta, replica.disk.max_replica_count);
  return replica.ram.secondaries.length + 1 >= minimum;
}
