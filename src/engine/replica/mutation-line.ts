import type { MutationHead } from '../documents/replica.ts';
import { constant } from '../storage/json-writer.ts';
import { LogLine } from '../storage/store.ts';
import { type Update, writeUpdate } from './data/updates.ts';

const BEFORE_DECREE = constant('{"decree":');
const BEFORE_BALLOT = constant(',"ballot":');
const BEFORE_COMMITTED = constant(',"committed":');
const BEFORE_TIME = constant(',"time_us":');
const BEFORE_TTL = constant(',"default_ttl":');
const BEFORE_UPDATES = constant(',"updates":[');
const END = constant(']}');

/** A mutation as it stands in private logs. */
export function lineOf(head: MutationHead, updates: readonly Update[]): LogLine {
  return LogLine.made((to) => {
    to.constant(BEFORE_DECREE);
    to.integer(head.decree);
    to.constant(BEFORE_BALLOT);
    to.integer(head.ballot);
    to.constant(BEFORE_COMMITTED);
    to.integer(head.committed);
    to.constant(BEFORE_TIME);
    to.integer(head.time_us);
    if (head.default_ttl !== undefined) {
      to.constant(BEFORE_TTL);
      to.integer(head.default_ttl);
    }
    to.constant(BEFORE_UPDATES);
    for (let at = 0; at < updates.length; at++) {
      if (at > 0) to.character(',');
      writeUpdate(to, updates[at]!);
    }
    to.constant(END);
  });
}
