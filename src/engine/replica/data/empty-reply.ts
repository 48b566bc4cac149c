import { NO_BYTES } from '../../../rpc/idl/keys.ts';

const COMMON = { error: 0, app_id: 0, partition_index: 0, decree: 0, server: '' };
const CHECKED = { check_value_returned: false, check_value_exist: false, check_value: NO_BYTES };

/** What a client makes of a reply to a write that has no body: every field is at its default. */
export function emptyReply(code: string): object {
  switch (code) {
    case 'RPC_RRDB_RRDB_MULTI_REMOVE':
      return { ...COMMON, count: 0 };
    case 'RPC_RRDB_RRDB_INCR':
      return { ...COMMON, new_value: 0n };
    case 'RPC_RRDB_RRDB_CHECK_AND_SET':
    case 'RPC_RRDB_RRDB_CHECK_AND_MUTATE':
      return { ...COMMON, ...CHECKED };
    case 'RPC_RRDB_RRDB_DUPLICATE':
      return {};
    default:
      return COMMON;
  }
}
