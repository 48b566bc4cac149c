import type { CasCheckType } from '../rpc/idl/rrdb.ts';
import type { Check } from './operation.ts';

type Compare = (value: string, operand: string) => boolean | 'invalid argument';

const COMPARISONS: Readonly<Partial<Record<CasCheckType, Compare>>> = {
  CT_VALUE_EXIST: () => true,
  CT_VALUE_MATCH_PREFIX: (value, operand) => value.startsWith(operand),
  CT_VALUE_MATCH_ANYWHERE: (value, operand) => value.includes(operand),
  CT_VALUE_BYTES_LESS: (value, operand) => value < operand,
  CT_VALUE_BYTES_EQUAL: (value, operand) => value === operand,
  CT_VALUE_BYTES_GREATER_OR_EQUAL: (value, operand) => value >= operand,
  CT_VALUE_INT_LESS_OR_EQUAL: integers((value, operand) => value <= operand),
  CT_VALUE_INT_GREATER: integers((value, operand) => value > operand),
};

/** The checks that are tried. */
export const CHECK_TYPES = ['CT_VALUE_NOT_EXIST', ...Object.keys(COMPARISONS)] as CasCheckType[];

/** What a check comes to; values are of one byte a character (`pegasus_write_service_impl.h validate_check`). */
export function checkValue(value: string | undefined, { type, operand }: Check): ReturnType<Compare> {
  if (type === 'CT_VALUE_NOT_EXIST') return value === undefined;
  return value !== undefined && COMPARISONS[type]!(value, operand);
}

/** The number that a value is, where it is one that Pegasus can count with. */
export function integerOf(value: string): bigint | undefined {
  if (!/^-?\d+$/.test(value)) return undefined;
  const number = BigInt(value);
  return BigInt.asIntN(64, number) === number ? number : undefined;
}

function integers(compare: (value: bigint, operand: bigint) => boolean): Compare {
  return (value, operand) => {
    const [left, right] = [integerOf(value), integerOf(operand)];
    return left === undefined || right === undefined ? 'invalid argument' : compare(left, right);
  };
}
