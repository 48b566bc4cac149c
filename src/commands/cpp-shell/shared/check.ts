import type { Check } from '../../../rpc/client/replica/table.ts';
import { CasCheckType } from '../../../rpc/idl/rrdb.ts';
import { type GetoptResult, isSet, optionValue } from '../../grammar/getopt.ts';
import { wordBytes } from '../../grammar/words.ts';
import type { Refuse } from './filters.ts';
import { echoed, type Show } from './operation.ts';
import { enumNamed } from './options.ts';

/** What `check_and_set` and `check_and_mutate` demand of a value: options `-c -t -o -r`. */
export interface TypedCheck extends Check {
  /** As typed, to be echoed. */
  readonly typeTyped: string;
  readonly operand: Uint8Array;
  readonly returnValue: boolean;
}

export const CHECK_USAGE =
  '<hash_key> [-c|--check_sort_key str] [-t|--check_type not_exist|not_exist_or_empty|exist|not_empty] ' +
  '[match_anywhere|match_prefix|match_postfix] ' +
  '[bytes_less|bytes_less_or_equal|bytes_equal|bytes_greater_or_equal|bytes_greater] ' +
  '[int_less|int_less_or_equal|int_equal|int_greater_or_equal|int_greater] [-o|--check_operand str]';

export const CHECK_OPTIONS = {
  c: 'check_sort_key',
  t: 'check_type',
  o: 'check_operand',
  r: 'return_check_value',
};

/** @throws UsageError in upstream's order of checks */
export function checkOption(options: GetoptResult, refuse: Refuse): TypedCheck {
  const typeTyped = optionValue(options, 't') ?? '';
  const type = enumNamed<CasCheckType>(CasCheckType.numbers, 'CT_VALUE_', typeTyped);
  if (type === undefined && isSet(options, 't')) throw refuse('invalid check_type param');
  const sortKey = optionValue(options, 'c');
  const operand = optionValue(options, 'o');
  if (sortKey === undefined) throw refuse('check_sort_key not provided');
  if (type === undefined) throw refuse('check_type not provided');
  if (needsOperand(type) && operand === undefined) throw refuse('check_operand not provided');
  return {
    sortKey: wordBytes(sortKey),
    type,
    typeTyped,
    operand: wordBytes(operand ?? ''),
    returnValue: isSet(options, 'r'),
  };
}

/** The lines that echo it. */
export function checkLines(hashKey: Uint8Array, { sortKey, type, typeTyped, operand }: TypedCheck): string {
  return [
    `hash_key: ${echoed(hashKey)}\n`,
    `check_sort_key: ${echoed(sortKey)}\n`,
    `check_type: ${typeTyped}\n`,
    needsOperand(type) ? `check_operand: ${echoed(operand)}\n` : '',
  ].join('');
}

interface CheckedReply {
  readonly check_value_returned: boolean;
  readonly check_value_exist: boolean;
  readonly check_value: Uint8Array;
}

/** What the value was, where the reply tells. */
export function checkedValue(reply: CheckedReply | undefined, show: Show): string {
  if (reply?.check_value_returned !== true) return '';
  return `\n${reply.check_value_exist ? `Check value: ${show(reply.check_value)}` : 'Check value not exist.'}\n`;
}

const WITHOUT_OPERAND: readonly CasCheckType[] = [
  'CT_VALUE_NOT_EXIST',
  'CT_VALUE_NOT_EXIST_OR_EMPTY',
  'CT_VALUE_EXIST',
  'CT_VALUE_NOT_EMPTY',
];

function needsOperand(type: CasCheckType): boolean {
  return !WITHOUT_OPERAND.includes(type);
}
