import { UsageError } from '../../../errors.ts';
import type { Mutation } from '../../../rpc/client/replica/table.ts';
import type { Context } from '../../command.ts';
import { int32 } from '../../grammar/numbers.ts';
import { wordBytes } from '../../grammar/words.ts';
import { echoed, type Show } from './operation.ts';

const INVITATION = `Load mutations, like
  set <sort_key> <value> [ttl]
  del <sort_key>
Print "ok" to finish loading, "abort" to abort this command
`;

const TRY_AGAIN = 'print "ok" to finish loading';
const OR_ABORT = `${TRY_AGAIN}, print "abort" to abort this command`;

/**
 * Reads mutations line by line until `ok` (`load_mutations`, `src/shell/commands/data_operations.cpp`).
 *
 * @returns undefined after `abort`
 * @throws UsageError when the input ends before
 */
export async function loadMutations(ctx: Context, show: Show): Promise<Mutation[] | undefined> {
  const { stderr } = ctx.terminal;
  const mutations: Mutation[] = [];
  stderr.write(INVITATION);
  for (;;) {
    const words = await ctx.readWords('>>> ');
    if (words === undefined) throw new UsageError('the input ended before "ok": nothing was changed');
    if (words[0] === 'abort') {
      stderr.write('INFO: abort loading\n');
      return undefined;
    }
    if (words[0] === 'ok') {
      stderr.write('INFO: load mutations done.\n\n');
      return mutations;
    }
    const read = mutationOf(words);
    if (typeof read === 'string') {
      stderr.write(`ERROR: ${read}\n`);
      continue;
    }
    mutations.push(read);
    stderr.write(`LOAD: ${loaded(read, show)}\n`);
  }
}

/** A mutation, or what is wrong with the words. */
function mutationOf(words: readonly string[]): Mutation | string {
  const [verb, sortKey, value, ttl] = words;
  if (verb === 'del' && sortKey !== undefined && words.length === 2) return { remove: wordBytes(sortKey) };
  if (verb !== 'set' || sortKey === undefined || value === undefined || words.length > 4) {
    return `invalid mutation, ${TRY_AGAIN}`;
  }
  const ttlSeconds = ttl === undefined ? 0 : int32(ttl);
  if (ttlSeconds === undefined) return `parse ${echoed(wordBytes(ttl!))} as ttl failed, ${OR_ABORT}`;
  if (ttl !== undefined && ttlSeconds <= 0) return `invalid ttl ${ttl}, ${OR_ABORT}`;
  return { put: wordBytes(sortKey), value: wordBytes(value), ttlSeconds };
}

function loaded(mutation: Mutation, show: Show): string {
  if ('remove' in mutation) return `del sortkey ${show(mutation.remove)}`;
  const { put, value, ttlSeconds = 0 } = mutation;
  return `set sortkey ${show(put)}, value ${show(value)}, ttl ${ttlSeconds}`;
}

/** @param expiryOf when a value with so many seconds to live expires */
export function mutationLines(
  mutations: readonly Mutation[],
  expiryOf: (ttlSeconds: number) => number,
): string {
  const lines = mutations.map((mutation, at) => {
    const field = (name: string, value: string | number) => `  mutation[${at}].${name}: ${value}\n`;
    if ('remove' in mutation) return field('type', 'DEL') + field('sort_key', echoed(mutation.remove));
    return [
      field('type', 'SET'),
      field('sort_key', echoed(mutation.put)),
      field('value', echoed(mutation.value)),
      field('expire_seconds', expiryOf(mutation.ttlSeconds ?? 0)),
    ].join('');
  });
  return `mutations:\n${lines.join('')}`;
}
