import type { CheckedOutcome } from '../../../rpc/client/replica/table.ts';
import type { CheckAndSetResponse } from '../../../rpc/idl/rrdb.ts';
import { optionValue } from '../../grammar/getopt.ts';
import { int32 } from '../../grammar/numbers.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import { planToWrite } from '../../write-plan.ts';
import {
  CHECK_OPTIONS,
  CHECK_USAGE,
  checkedValue,
  checkLines,
  checkOption,
  type TypedCheck,
} from '../shared/check.ts';
import { echoed, operation } from '../shared/operation.ts';
import { parseGetopt } from '../shared/options.ts';

const USAGE =
  `check_and_set ${CHECK_USAGE} [-s|--set_sort_key str] [-v|--set_value str] ` +
  '[-l|--set_value_ttl_seconds num] [-r|--return_check_value]';

interface Args {
  readonly hashKey: Uint8Array;
  readonly check: TypedCheck;
  readonly set: { readonly sortKey: Uint8Array; readonly value: Uint8Array; readonly ttlSeconds: number };
}

const refuse = (text: string) => misuse(USAGE, `ERROR: ${text}\n`);

export default operation<Args, CheckAndSetResponse, CheckedOutcome<CheckAndSetResponse>>({
  name: 'check_and_set',
  summary: 'Set a value if another value of its hash key, or itself, is as expected.',
  usage: USAGE,
  examples: [
    'check_and_set user_1 -c lock -t not_exist -s lock -v me',
    'check_and_set user_1 -c age -t int_less -o 18 -s class -v child -r',
  ],
  isWrite: true,
  parse(words) {
    if (words.length < 1) throw misuse(USAGE);
    const options = parseGetopt(USAGE, words, {
      short: 'c:t:o:s:v:l:r',
      long: { ...CHECK_OPTIONS, s: 'set_sort_key', v: 'set_value', l: 'set_value_ttl_seconds' },
    });
    const ttlSeconds = int32(optionValue(options, 'l') ?? '0');
    if (ttlSeconds === undefined) throw refuse('invalid set_value_ttl_seconds param');
    const check = checkOption(options, refuse);
    const sortKey = optionValue(options, 's');
    const value = optionValue(options, 'v');
    if (sortKey === undefined) throw refuse('set_sort_key not provided');
    if (value === undefined) throw refuse('set_value not provided');
    const set = { sortKey: wordBytes(sortKey), value: wordBytes(value), ttlSeconds };
    return { hashKey: wordBytes(words[0]!), check, set };
  },
  plan: (ctx, { hashKey, set: { sortKey, value } }) =>
    planToWrite(ctx, { hashKey, mutations: [{ put: sortKey, value }], isChecked: true }),
  send: (table, { hashKey, check, set }, timeoutMs) => table.checkAndSet(hashKey, check, set, timeoutMs),
  header: ({ hashKey, check, set }) =>
    [
      checkLines(hashKey, check),
      `set_sort_key: ${echoed(set.sortKey)}\n`,
      `set_value: ${echoed(set.value)}\n`,
      `set_value_ttl_seconds: ${set.ttlSeconds}\n`,
      `return_check_value: ${check.returnValue}\n\n`,
    ].join(''),
  answer({ error, passed, reply }, _, show) {
    if (error.code !== 0) return undefined;
    const done = passed ? 'Set succeed.\n' : 'Set failed, because check not passed.\n';
    return done + checkedValue(reply, show);
  },
});
