import type { UpdateResponse } from '../../../rpc/idl/rrdb.ts';
import { planToWrite } from '../../dry-run/write-plan.ts';
import { int32 } from '../../grammar/numbers.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { type Key, keyOf, operation } from '../shared/operation.ts';

const USAGE = 'set <hash_key> <sort_key> <value> [ttl_in_seconds]';

interface Args extends Key {
  readonly value: Uint8Array;
  /** 0 = never expires. */
  readonly ttlSeconds: number;
}

export default operation<Args, UpdateResponse>({
  name: 'set',
  summary: 'Set one value.',
  usage: USAGE,
  examples: ['set user_1 name alice', 'set user_1 session abc 3600'],
  isWrite: true,
  parse(words) {
    if (words.length < 3 || words.length > 4) throw misuse(USAGE);
    const { hashKey, sortKey } = keyOf(words[0]!, words[1]!);
    const ttlSeconds = words[3] === undefined ? 0 : ttlOf(words[3]);
    return { hashKey, sortKey, value: wordBytes(words[2]!), ttlSeconds };
  },
  plan: (ctx, { hashKey, sortKey, value }) =>
    planToWrite(ctx, { hashKey, mutations: [{ put: sortKey, value }] }),
  send: (table, { hashKey, sortKey, value, ttlSeconds }, timeoutMs) =>
    table.set(hashKey, sortKey, value, ttlSeconds, timeoutMs),
  answer: ({ error }) => (error.code === 0 ? 'OK\n' : undefined),
});

function ttlOf(text: string): number {
  const seconds = int32(text);
  if (seconds === undefined) throw misuse(USAGE, `ERROR: parse ${text} as ttl failed\n`);
  if (seconds <= 0) throw misuse(USAGE, `ERROR: invalid ttl ${text}\n`);
  return seconds;
}
