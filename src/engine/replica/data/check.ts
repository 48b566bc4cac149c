import { parseInteger } from '../../../rpc/idl/integer.ts';
import type { CasCheckType } from '../../../rpc/idl/rrdb.ts';
import { contains, endsWith, startsWith } from './filter.ts';

/** `invalid`: the stored value or the operand is not an integer where integers are compared. */
export type Verdict = 'passed' | 'failed' | 'invalid';

type Check = (value: Uint8Array | undefined, operand: Uint8Array) => Verdict;

const CHECKS: Record<CasCheckType, Check> = {
  CT_NO_CHECK: () => 'passed',
  CT_VALUE_NOT_EXIST: (value) => verdict(value === undefined),
  CT_VALUE_NOT_EXIST_OR_EMPTY: (value) => verdict(value === undefined || value.length === 0),
  CT_VALUE_EXIST: (value) => verdict(value !== undefined),
  CT_VALUE_NOT_EMPTY: (value) => verdict(value !== undefined && value.length > 0),
  CT_VALUE_MATCH_ANYWHERE: matching(contains),
  CT_VALUE_MATCH_PREFIX: matching(startsWith),
  CT_VALUE_MATCH_POSTFIX: matching(endsWith),
  CT_VALUE_BYTES_LESS: comparingBytes((order) => order < 0),
  CT_VALUE_BYTES_LESS_OR_EQUAL: comparingBytes((order) => order <= 0),
  CT_VALUE_BYTES_EQUAL: comparingBytes((order) => order === 0),
  CT_VALUE_BYTES_GREATER_OR_EQUAL: comparingBytes((order) => order >= 0),
  CT_VALUE_BYTES_GREATER: comparingBytes((order) => order > 0),
  CT_VALUE_INT_LESS: comparingIntegers((difference) => difference < 0n),
  CT_VALUE_INT_LESS_OR_EQUAL: comparingIntegers((difference) => difference <= 0n),
  CT_VALUE_INT_EQUAL: comparingIntegers((difference) => difference === 0n),
  CT_VALUE_INT_GREATER_OR_EQUAL: comparingIntegers((difference) => difference >= 0n),
  CT_VALUE_INT_GREATER: comparingIntegers((difference) => difference > 0n),
};

/** A type number of the wire that has no name here is refused by the server. */
export function isCheckType(type: string): type is CasCheckType {
  return Object.hasOwn(CHECKS, type);
}

/**
 * Checks a stored value (`validate_check` of `pegasus_write_service_impl.h`).
 *
 * @param value `undefined` where there is no record, or an expired one: then all but the checks for that fail
 */
export function check(type: CasCheckType, value: Uint8Array | undefined, operand: Uint8Array): Verdict {
  return CHECKS[type](value, operand);
}

function verdict(isPassed: boolean): Verdict {
  return isPassed ? 'passed' : 'failed';
}

function matching(matches: (value: Uint8Array, pattern: Uint8Array) => boolean): Check {
  return (value, operand) => verdict(value !== undefined && matches(value, operand));
}

function comparingBytes(holds: (order: number) => boolean): Check {
  return (value, operand) => verdict(value !== undefined && holds(Buffer.compare(value, operand)));
}

function comparingIntegers(holds: (difference: bigint) => boolean): Check {
  return (value, operand) => {
    if (value === undefined) return 'failed';
    const left = parseInteger(value);
    const right = parseInteger(operand);
    return left === undefined || right === undefined ? 'invalid' : verdict(holds(left - right));
  };
}
