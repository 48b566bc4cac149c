import type { CheckAndMutateRequest, MultiPutRequest, MultiRemoveRequest } from '../../../rpc/idl/rrdb.ts';
import type { Update } from './updates.ts';

/** So many records that others who wait for their turn do not notice. */
const PART = 200;

/** Whether a mutation is of so many records that it is done in steps. */
export function areMany(updates: readonly Update[]): boolean {
  let count = 0;
  for (let at = 0; at < updates.length && count <= PART; at++) count += countOf(updates[at]!);
  return count > PART;
}

/** Whether a step ends before the element of a list at this place. */
export function isNextPart(at: number): boolean {
  return at % PART === 0 && at > 0;
}

function countOf({ code, request }: Update): number {
  switch (code) {
    case 'RPC_RRDB_RRDB_MULTI_PUT':
      return (request as MultiPutRequest).kvs.length;
    case 'RPC_RRDB_RRDB_MULTI_REMOVE':
      return (request as MultiRemoveRequest).sort_keys.length;
    case 'RPC_RRDB_RRDB_CHECK_AND_MUTATE':
      return (request as CheckAndMutateRequest).mutate_list.length;
    default:
      return 1;
  }
}
