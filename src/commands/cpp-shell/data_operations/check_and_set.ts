import type { CheckedOutcome } from '../../../rpc/client/replica/table.ts';
import type { CheckAndSetResponse } from '../../../rpc/idl/rrdb.ts';
import { planToWrite } from '../../dry-run/write-plan.ts';
import { int32 } from '../../grammar/numbers.ts';
import { misuse } from '../../grammar/usage.ts';
import { wordBytes } from '../../grammar/words.ts';
import {
  CHECK_OPTIONS,
  CHECK_USAGE,
  checkedValue,
  checkLines,
  checkOf,
  RETURN_VALUE,
  type TypedCheck,
} from '../shared/check.ts';
import { echoed, operation } from '../shared/operation.ts';
import { bytes, escapedWords, readOptions, valued } from '../shared/read-options.ts';

const USAGE =
  `check_and_set ${CHECK_USAGE} [-s|--set_sort_key str] [-v|--set_value str] ` +
  '[-l|--set_value_ttl_seconds num] [-r|--return_check_value]';

interface Args {
  readonly hashKey: Uint8Array;
  readonly check: TypedCheck;
  readonly set: { readonly sortKey: Uint8Array; readonly value: Uint8Array; readonly ttlSeconds: number };
}

const OPTIONS = {
  ...CHECK_OPTIONS,
  setSortKey: bytes('s', 'set_sort_key'),
  setValue: bytes('v', 'set_value'),
  ttlSeconds: valued('l', 'set_value_ttl_seconds', (word) => {
    const seconds = int32(word);
    if (seconds === undefined) throw refuse('invalid set_value_ttl_seconds param');
    return seconds;
  }),
  ...RETURN_VALUE,
};

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
    const options = readOptions(USAGE, escapedWords(words), OPTIONS, refuse);
    const check = checkOf(options, refuse);
    const { setSortKey: sortKey, setValue: value, ttlSeconds = 0 } = options;
    if (sortKey === undefined) throw refuse('set_sort_key not provided');
    if (value === undefined) throw refuse('set_value not provided');
    return { hashKey: wordBytes(words[0]!), check, set: { sortKey, value, ttlSeconds } };
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
