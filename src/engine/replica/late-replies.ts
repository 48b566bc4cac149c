/** Replies of mutations that are committed after their clients were told to wait. */
import type { MutationHead } from '../documents/replica.ts';
import type { Replica } from './replica.ts';

/** One reply for each update; undefined while the mutation is not committed. */
export type Replies = readonly unknown[] | undefined;

/** Has the replies of a mutation kept when it is committed. @returns takes them, once they are there */
export function awaitReplies(primary: Replica, mutation: MutationHead): () => Replies {
  const { lateReplies } = primary.server;
  const key = replyKey(primary, mutation);
  lateReplies.set(key, undefined);
  return () => {
    const replies = lateReplies.get(key);
    if (replies !== undefined) lateReplies.delete(key);
    return replies;
  };
}

/** A mutation is committed: somebody may wait for its replies. */
export function keepLateReplies(primary: Replica, mutation: MutationHead, replies: readonly unknown[]): void {
  const { lateReplies } = primary.server;
  const key = replyKey(primary, mutation);
  if (lateReplies.has(key)) lateReplies.set(key, replies);
}

/** A decree that was prepared in vain is used again by another mutation. */
function replyKey({ gpid }: Replica, { decree, time_us }: MutationHead): string {
  return `${gpid}/${decree}@${time_us}`;
}
