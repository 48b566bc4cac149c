import { LongReply } from './request.ts';
import type { Steps } from './steps.ts';
import type { Universe } from './universe.ts';

/** What a request is answered when all that it began is over. */
export function oncePerformed<R>(universe: Universe, reply: () => R): LongReply<R> {
  return new LongReply(waiting(universe, reply));
}

function* waiting<R>({ timeline }: Universe, reply: () => R): Steps<R> {
  while (timeline.isMidway) yield;
  return reply();
}
