import type { MutationHead } from '../documents/replica.ts';
import type { Steps } from '../steps.ts';
import { constant, JsonWriter } from '../storage/json-writer.ts';
import { LogLine } from '../storage/store.ts';
import { isNextPart } from './data/long-writes.ts';
import { type Update, writeUpdate, writingUpdate } from './data/updates.ts';

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
    writeHead(to, head);
    for (let at = 0; at < updates.length; at++) {
      if (at > 0) to.character(',');
      writeUpdate(to, updates[at]!);
    }
    to.constant(END);
  });
}

/** The same in steps, of one that is long. */
export function* makingLine(head: MutationHead, updates: readonly Update[]): Steps<LogLine> {
  const to = new JsonWriter();
  writeHead(to, head);
  for (let at = 0; at < updates.length; at++) {
    if (isNextPart(at)) yield;
    if (at > 0) to.character(',');
    yield* writingUpdate(to, updates[at]!);
  }
  to.constant(END);
  return LogLine.ofJson(to.take());
}

function writeHead(to: JsonWriter, head: MutationHead): void {
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
}
