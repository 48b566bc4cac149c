import { escapeBytes } from '../../../rpc/idl/escaped-bytes.ts';
import { decodeKey } from '../../../rpc/idl/keys.ts';
import type { LoggedUpdate } from '../../../rpc/idl/mutation-log.ts';
import type { CheckAndSetRequest } from '../../../rpc/idl/rrdb.ts';
import { needsOperand } from '../shared/check.ts';
import { type Show, shownWith } from '../shared/operation.ts';

const INDENT = '  ';

/** One write of a mutation as `mlog_dump -d` shows it, with the end of its last line. */
export function updateText(update: LoggedUpdate, escapeAll: boolean): string {
  const lines = linesOf(update, shownWith(escapeAll), (bytes) => escapeBytes(bytes, escapeAll));
  return lines.map((line) => `${INDENT}${line}\n`).join('');
}

function linesOf(update: LoggedUpdate, show: Show, bare: Show): string[] {
  const { code, put, remove, multiPut, multiRemove, incr, checkAndSet } = update;
  const raw = (key: Uint8Array): string => {
    const { hashKey, sortKey } = decodeKey(key);
    return `${show(hashKey)} : ${show(sortKey)}`;
  };
  if (put) return [`[PUT] ${raw(put.key)} => ${put.expire_ts_seconds} : ${show(put.value)}`];
  if (remove) return [`[REMOVE] ${raw(remove.key)}`];
  if (multiPut) {
    const { hash_key, kvs, expire_ts_seconds } = multiPut;
    const row = (key: Uint8Array, value: Uint8Array) =>
      `${INDENT}[PUT] ${show(hash_key)} : ${show(key)} => ${expire_ts_seconds} : ${show(value)}`;
    return [`[MULTI_PUT] ${kvs.length}`, ...kvs.map(({ key, value }) => row(key, value))];
  }
  if (multiRemove) {
    const { hash_key, sort_keys } = multiRemove;
    const rows = sort_keys.map((key) => `${INDENT}[REMOVE] ${show(hash_key)} : ${show(key)}`);
    return [`[MULTI_REMOVE] ${sort_keys.length}`, ...rows];
  }
  if (incr) return [`[INCR] ${raw(incr.key)} => ${incr.increment}`];
  if (checkAndSet) return [checkAndSetLine(checkAndSet, show, bare)];
  return [code === 'RPC_REPLICATION_WRITE_EMPTY' ? '[EMPTY]' : `ERROR: unsupported code ${code}`];
}

function checkAndSetLine(asked: CheckAndSetRequest, show: Show, bare: Show): string {
  const { hash_key, check_sort_key, check_type, check_operand, set_value, set_expire_ts_seconds } = asked;
  const setKey = asked.set_diff_sort_key ? asked.set_sort_key : check_sort_key;
  const operand = needsOperand(check_type) ? `${show(check_operand)} ` : '';
  return (
    `[CHECK_AND_SET] ${show(hash_key)} : IF SORT_KEY(${bare(check_sort_key)}) ${check_type} ${operand}` +
    `THEN SET SORT_KEY(${bare(setKey)}) => VALUE(${bare(set_value)}) [expire=${set_expire_ts_seconds}]`
  );
}
