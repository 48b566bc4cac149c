import { expiryAfter } from '../../../rpc/client/replica/expiry.ts';
import type { CheckedOutcome, Mutation } from '../../../rpc/client/replica/table.ts';
import type { CheckAndMutateResponse } from '../../../rpc/idl/rrdb.ts';
import type { Context } from '../../command.ts';
import { planToWrite } from '../../dry-run/write-plan.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import {
  CHECK_OPTIONS,
  CHECK_USAGE,
  checkedValue,
  checkLines,
  checkOf,
  RETURN_VALUE,
  type TypedCheck,
} from '../shared/check.ts';
import { loadMutations, mutationLines } from '../shared/mutations.ts';
import { codeOf, infoBlock, needTable, shownWith } from '../shared/operation.ts';
import { escapedWords, readOptions } from '../shared/read-options.ts';

const USAGE = `check_and_mutate ${CHECK_USAGE} [-r|--return_check_value]`;

interface Args {
  readonly hashKey: Uint8Array;
  readonly check: TypedCheck;
  readonly escapeAll: boolean;
}

interface Reply extends CheckedOutcome<CheckAndMutateResponse> {
  /** What was asked for, echoed. */
  readonly header: string;
}

const refuse = (text: string) => misuse(USAGE, `ERROR: ${text}\n`);

export default mirrored<Args, Reply>({
  dialect: 'cpp-shell',
  name: 'check_and_mutate',
  summary: 'Make several changes under one hash key if a value is as expected; reads them line by line.',
  usage: USAGE,
  examples: ['check_and_mutate user_1 -c lock -t exist -r'],
  parse(words, { session }) {
    needTable(session);
    if (words.length < 1) throw misuse(USAGE);
    const options = readOptions(USAGE, escapedWords(words), { ...CHECK_OPTIONS, ...RETURN_VALUE }, refuse);
    return {
      hashKey: wordBytes(words[0]!),
      check: checkOf(options, refuse),
      escapeAll: session.escapeAll,
    };
  },
  plan: async (ctx, { hashKey, escapeAll }) =>
    planToWrite(ctx, { hashKey, mutations: await mutationsOf(ctx, escapeAll), isChecked: true }),
  async run(ctx, { hashKey, check, escapeAll }) {
    const { data, meta, session } = ctx;
    const mutations = await mutationsOf(ctx, escapeAll);
    const header = [
      checkLines(hashKey, check),
      `return_check_value: ${check.returnValue}\n`,
      mutationLines(mutations, (ttlSeconds) => expiryAfter(ttlSeconds, meta.now())),
      '\n',
    ].join('');
    const table = data.table(session.table);
    const outcome = await table.checkAndMutate(hashKey, check, mutations, session.dataTimeoutMs);
    const { error, reply } = outcome;
    if (error.code === 0) return { ...outcome, header };
    throw new Refusal(codeOf(error), { out: header, err: `ERROR: ${error.text}\n${infoBlock(reply, true)}` });
  },
  print({ header, passed, reply }, { escapeAll }) {
    const done = passed ? 'Mutate succeed.\n' : 'Mutate failed, because check not passed.\n';
    return { out: header + done + checkedValue(reply, shownWith(escapeAll)) + infoBlock(reply, true) };
  },
  json: ({ reply }) => reply,
});

/** @throws Refusal after `abort`, UsageError where there are none */
async function mutationsOf(ctx: Context, escapeAll: boolean): Promise<readonly Mutation[]> {
  const mutations = await loadMutations(ctx, shownWith(escapeAll));
  if (mutations === undefined) {
    throw new Refusal('ABORTED', { err: 'INFO: abort check_and_mutate command\n', exitCode: 0 });
  }
  if (mutations.length === 0) throw refuse('mutations not provided');
  return mutations;
}
