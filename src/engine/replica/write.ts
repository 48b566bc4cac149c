import { inSeconds } from '../clock.ts';
import { ownDuplicationId } from '../duplication/own-id.ts';
import type { Request, Served } from '../request.ts';
import type { Steps } from '../steps.ts';
import { areMany } from './data/long-writes.ts';
import type { Update } from './data/updates.ts';
import { isIdempotent, refusalOfWrite } from './gates.ts';
import { type Committed, commit, committing } from './group.ts';
import type { Replies } from './late-replies.ts';
import type { Replica } from './replica.ts';

/** A write of a client: the gates in upstream's order, then two-phase commit (`replica_2pc.cpp on_client_write`). */
export function serveWrite(replica: Replica, request: Request): Served {
  const refused = refusalOfWrite(replica, request);
  if (refused !== undefined) return refused;
  if (request.code === 'RPC_RRDB_RRDB_DUPLICATE') ownDuplicationId(replica);
  // For what nobody reads on no changes need to be remembered.
  replica.server.scans.dropIdle(inSeconds(replica.now));
  const update = { code: request.code, request: request.body };
  const isAtomic = replica.ram.atomic_idempotent === true && !isIdempotent(request.code);
  return isAtomic ? writeAtomically(replica, update) : write(replica, [update], (replies) => replies[0]);
}

/** An atomic write of a table that makes them idempotent: what it changes is written, not what was asked. */
function writeAtomically(replica: Replica, update: Update): Served {
  const { reply, updates } = replica.makeIdempotent(update);
  if (updates.length === 0) return { err: 'ERR_OK', reply, waitedUs: 0 };
  return write(replica, updates, () => reply);
}

function write(
  replica: Replica,
  updates: readonly Update[],
  replyOf: (replies: readonly unknown[]) => unknown,
): Served {
  // Who looks for hot keys hears of a write with its reply.
  if (replica.ram.hotkeys === undefined && areMany(updates)) return writeInSteps(replica, updates, replyOf);
  return served(commit(replica, updates), replyOf);
}

/** Where others have their turn in between, they wait for its end, and its reply comes then. */
function writeInSteps(
  replica: Replica,
  updates: readonly Update[],
  replyOf: (replies: readonly unknown[]) => unknown,
): Served {
  let committed: Committed | undefined;
  const steps = function* (): Steps {
    committed = yield* committing(replica, updates);
  };
  const { cluster, node } = replica.server;
  cluster.universe.timeline.perform(cluster, node, steps());
  if (committed !== undefined) return served(committed, replyOf);
  return late(() => committed?.replies ?? committed?.late(), replyOf);
}

function served(committed: Committed, replyOf: (replies: readonly unknown[]) => unknown): Served {
  const { replies, waitedUs } = committed;
  if (replies !== undefined) return { err: 'ERR_OK', reply: replyOf(replies), waitedUs };
  return late(committed.late, replyOf, waitedUs);
}

function late(look: () => Replies, replyOf: (replies: readonly unknown[]) => unknown, waitedUs = 0): Served {
  const lateReply = () => {
    const replies = look();
    return replies === undefined ? undefined : replyOf(replies);
  };
  return { err: 'ERR_TIMEOUT', waitedUs, late: lateReply };
}
