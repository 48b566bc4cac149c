import type { Check } from '../../../rpc/client/replica/table.ts';
import { NO_BYTES } from '../../../rpc/idl/keys.ts';
import { CasCheckType } from '../../../rpc/idl/rrdb.ts';
import { echoed, type Show } from './operation.ts';
import { enumNamed } from './options.ts';
import { bytes, flag, type Refuse, type Typed, valued } from './read-options.ts';

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

/** The type as it was typed, and what it means. */
interface TypedType {
  readonly typed: string;
  readonly type: CasCheckType;
}

export const CHECK_OPTIONS = {
  checkSortKey: bytes('c', 'check_sort_key'),
  checkType: valued('t', 'check_type', (typed, refuse): TypedType => {
    const type = enumNamed<CasCheckType>(CasCheckType.numbers, 'CT_VALUE_', typed);
    if (type === undefined) throw refuse('invalid check_type param');
    return { typed, type };
  }),
  checkOperand: bytes('o', 'check_operand'),
};

export const RETURN_VALUE = { returnCheckValue: flag('r', 'return_check_value') };

type CheckOptions = Typed<typeof CHECK_OPTIONS & typeof RETURN_VALUE>;

/** @throws UsageError in upstream's order of checks */
export function checkOf(options: CheckOptions, refuse: Refuse): TypedCheck {
  const { checkSortKey: sortKey, checkType, checkOperand: operand, returnCheckValue } = options;
  if (sortKey === undefined) throw refuse('check_sort_key not provided');
  if (checkType === undefined) throw refuse('check_type not provided');
  const { typed, type } = checkType;
  if (needsOperand(type) && operand === undefined) throw refuse('check_operand not provided');
  return { sortKey, type, typeTyped: typed, operand: operand ?? NO_BYTES, returnValue: returnCheckValue };
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

export function needsOperand(type: CasCheckType): boolean {
  return !WITHOUT_OPERAND.includes(type);
}
