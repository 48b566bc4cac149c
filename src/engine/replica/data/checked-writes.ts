/** Writes under a condition: `check_and_set`, `check_and_mutate` (`pegasus_write_service_impl.h`). */

import { encodeKey, NO_BYTES } from '../../../rpc/idl/keys.ts';
import {
  type CasCheckType,
  type CheckAndMutateRequest,
  type CheckAndMutateResponse,
  type CheckAndSetRequest,
  type CheckAndSetResponse,
  MutateOperation,
} from '../../../rpc/idl/rrdb.ts';
import type { Steps } from '../../steps.ts';
import { check, isCheckType } from './check.ts';
import { isNextPart } from './long-writes.ts';
import { ROCKSDB_STATUS } from './rocksdb-status.ts';
import type { Writer } from './writer.ts';

/** Writes one value under the same hash key, when the check passes. */
export function checkAndSet(writer: Writer, request: CheckAndSetRequest): CheckAndSetResponse {
  const { hash_key, set_value, set_expire_ts_seconds } = request;
  const reply = runCheck(writer, request);
  if (reply.error !== ROCKSDB_STATUS.ok) return reply;
  const sortKey = request.set_diff_sort_key ? request.set_sort_key : request.check_sort_key;
  writer.put(encodeKey(hash_key, sortKey), set_value, set_expire_ts_seconds);
  return reply;
}

/** Writes and removes under the same hash key, in their order, when the check passes. */
export function* checkAndMutate(
  writer: Writer,
  request: CheckAndMutateRequest,
): Steps<CheckAndMutateResponse> {
  const { hash_key, mutate_list } = request;
  const areKnown = mutate_list.every(({ operation }) => Object.hasOwn(MutateOperation.numbers, operation));
  if (mutate_list.length === 0 || !areKnown) return invalid(writer);
  const reply = runCheck(writer, request);
  if (reply.error !== ROCKSDB_STATUS.ok) return reply;
  for (let at = 0; at < mutate_list.length; at++) {
    if (isNextPart(at)) yield;
    const { operation, sort_key, value, set_expire_ts_seconds } = mutate_list[at]!;
    const key = encodeKey(hash_key, sort_key);
    if (operation === 'MO_PUT') writer.put(key, value, set_expire_ts_seconds);
    else writer.remove(key);
  }
  return reply;
}

interface CheckRequest {
  readonly hash_key: Uint8Array;
  readonly check_sort_key: Uint8Array;
  readonly check_type: CasCheckType;
  readonly check_operand: Uint8Array;
  readonly return_check_value: boolean;
}

const STATUS_OF = {
  passed: ROCKSDB_STATUS.ok,
  failed: ROCKSDB_STATUS.tryAgain,
  invalid: ROCKSDB_STATUS.invalidArgument,
} as const;

/** The reply says what was found even when the check fails. */
function runCheck(writer: Writer, request: CheckRequest): CheckAndSetResponse {
  if (!isCheckType(request.check_type)) return invalid(writer);
  const found = writer.find(encodeKey(request.hash_key, request.check_sort_key))?.value;
  const returned = request.return_check_value ? found : undefined;
  return {
    ...writer.reply(STATUS_OF[check(request.check_type, found, request.check_operand)]),
    check_value_returned: request.return_check_value,
    check_value_exist: returned !== undefined,
    check_value: returned ?? NO_BYTES,
  };
}

function invalid(writer: Writer): CheckAndSetResponse {
  return {
    ...writer.reply(ROCKSDB_STATUS.invalidArgument),
    check_value_returned: false,
    check_value_exist: false,
    check_value: NO_BYTES,
  };
}
