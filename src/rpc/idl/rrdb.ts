/** Data requests: `idl/rrdb.thrift`. `error` is a RocksDB status code, not a Pegasus error. */
import {
  big64,
  blob,
  bool,
  enumeration,
  type Infer,
  i32,
  i64,
  list,
  opt,
  req,
  serverText,
  struct,
} from './schema.ts';

export const FilterType = enumeration('filter_type', {
  FT_NO_FILTER: 0,
  FT_MATCH_ANYWHERE: 1,
  FT_MATCH_PREFIX: 2,
  FT_MATCH_POSTFIX: 3,
});
export type FilterType = Infer<typeof FilterType>;

export const CasCheckType = enumeration('cas_check_type', {
  CT_NO_CHECK: 0,
  CT_VALUE_NOT_EXIST: 1,
  CT_VALUE_NOT_EXIST_OR_EMPTY: 2,
  CT_VALUE_EXIST: 3,
  CT_VALUE_NOT_EMPTY: 4,
  CT_VALUE_MATCH_ANYWHERE: 5,
  CT_VALUE_MATCH_PREFIX: 6,
  CT_VALUE_MATCH_POSTFIX: 7,
  CT_VALUE_BYTES_LESS: 8,
  CT_VALUE_BYTES_LESS_OR_EQUAL: 9,
  CT_VALUE_BYTES_EQUAL: 10,
  CT_VALUE_BYTES_GREATER_OR_EQUAL: 11,
  CT_VALUE_BYTES_GREATER: 12,
  CT_VALUE_INT_LESS: 13,
  CT_VALUE_INT_LESS_OR_EQUAL: 14,
  CT_VALUE_INT_EQUAL: 15,
  CT_VALUE_INT_GREATER_OR_EQUAL: 16,
  CT_VALUE_INT_GREATER: 17,
});
export type CasCheckType = Infer<typeof CasCheckType>;

export const MutateOperation = enumeration('mutate_operation', {
  MO_PUT: 0,
  MO_DELETE: 1,
});
export type MutateOperation = Infer<typeof MutateOperation>;

export const UpdateType = enumeration('update_type', {
  UT_PUT: 0,
  UT_INCR: 1,
  UT_CHECK_AND_SET: 2,
  UT_CHECK_AND_MUTATE_PUT: 3,
  UT_CHECK_AND_MUTATE_REMOVE: 4,
});
export type UpdateType = Infer<typeof UpdateType>;

export const UpdateRequest = struct('update_request', () => ({
  key: req(1, blob),
  value: req(2, blob),
  expire_ts_seconds: req(3, i32),
  type: opt(4, UpdateType),
  check_value_returned: opt(5, bool),
  check_value_exist: opt(6, bool),
  check_value: opt(7, blob),
}));
export type UpdateRequest = Infer<typeof UpdateRequest>;

export const UpdateResponse = struct('update_response', () => ({
  error: req(1, i32),
  app_id: req(2, i32),
  partition_index: req(3, i32),
  decree: req(4, i64),
  server: req(5, serverText),
}));
export type UpdateResponse = Infer<typeof UpdateResponse>;

export const ReadResponse = struct('read_response', () => ({
  error: req(1, i32),
  value: req(2, blob),
  app_id: req(3, i32),
  partition_index: req(4, i32),
  server: req(6, serverText),
}));
export type ReadResponse = Infer<typeof ReadResponse>;

export const TtlResponse = struct('ttl_response', () => ({
  error: req(1, i32),
  ttl_seconds: req(2, i32),
  app_id: req(3, i32),
  partition_index: req(4, i32),
  server: req(6, serverText),
}));
export type TtlResponse = Infer<typeof TtlResponse>;

export const CountResponse = struct('count_response', () => ({
  error: req(1, i32),
  count: req(2, i64),
  app_id: req(3, i32),
  partition_index: req(4, i32),
  server: req(6, serverText),
}));
export type CountResponse = Infer<typeof CountResponse>;

export const KeyValue = struct('key_value', () => ({
  key: req(1, blob),
  value: req(2, blob),
  expire_ts_seconds: opt(3, i32),
}));
export type KeyValue = Infer<typeof KeyValue>;

export const MultiPutRequest = struct('multi_put_request', () => ({
  hash_key: req(1, blob),
  kvs: req(2, list(KeyValue)),
  expire_ts_seconds: req(3, i32),
}));
export type MultiPutRequest = Infer<typeof MultiPutRequest>;

export const MultiRemoveRequest = struct('multi_remove_request', () => ({
  hash_key: req(1, blob),
  sort_keys: req(2, list(blob)),
  max_count: req(3, i64),
}));
export type MultiRemoveRequest = Infer<typeof MultiRemoveRequest>;

export const MultiRemoveResponse = struct('multi_remove_response', () => ({
  error: req(1, i32),
  count: req(2, i64),
  app_id: req(3, i32),
  partition_index: req(4, i32),
  decree: req(5, i64),
  server: req(6, serverText),
}));
export type MultiRemoveResponse = Infer<typeof MultiRemoveResponse>;

export const MultiGetRequest = struct('multi_get_request', () => ({
  hash_key: req(1, blob),
  sort_keys: req(2, list(blob)),
  max_kv_count: req(3, i32),
  max_kv_size: req(4, i32),
  no_value: req(5, bool),
  start_sortkey: req(6, blob),
  stop_sortkey: req(7, blob),
  start_inclusive: req(8, bool),
  stop_inclusive: req(9, bool),
  sort_key_filter_type: req(10, FilterType),
  sort_key_filter_pattern: req(11, blob),
  reverse: req(12, bool),
}));
export type MultiGetRequest = Infer<typeof MultiGetRequest>;

export const MultiGetResponse = struct('multi_get_response', () => ({
  error: req(1, i32),
  kvs: req(2, list(KeyValue)),
  app_id: req(3, i32),
  partition_index: req(4, i32),
  server: req(6, serverText),
}));
export type MultiGetResponse = Infer<typeof MultiGetResponse>;

export const FullKey = struct('full_key', () => ({
  hash_key: req(1, blob),
  sort_key: req(2, blob),
}));
export type FullKey = Infer<typeof FullKey>;

export const BatchGetRequest = struct('batch_get_request', () => ({
  keys: req(1, list(FullKey)),
}));
export type BatchGetRequest = Infer<typeof BatchGetRequest>;

export const FullData = struct('full_data', () => ({
  hash_key: req(1, blob),
  sort_key: req(2, blob),
  value: req(3, blob),
}));
export type FullData = Infer<typeof FullData>;

export const BatchGetResponse = struct('batch_get_response', () => ({
  error: req(1, i32),
  data: req(2, list(FullData)),
  app_id: req(3, i32),
  partition_index: req(4, i32),
  server: req(6, serverText),
}));
export type BatchGetResponse = Infer<typeof BatchGetResponse>;

export const IncrRequest = struct('incr_request', () => ({
  key: req(1, blob),
  increment: req(2, big64),
  expire_ts_seconds: req(3, i32),
}));
export type IncrRequest = Infer<typeof IncrRequest>;

export const IncrResponse = struct('incr_response', () => ({
  error: req(1, i32),
  new_value: req(2, big64),
  app_id: req(3, i32),
  partition_index: req(4, i32),
  decree: req(5, i64),
  server: req(6, serverText),
}));
export type IncrResponse = Infer<typeof IncrResponse>;

export const CheckAndSetRequest = struct('check_and_set_request', () => ({
  hash_key: req(1, blob),
  check_sort_key: req(2, blob),
  check_type: req(3, CasCheckType),
  check_operand: req(4, blob),
  set_diff_sort_key: req(5, bool),
  set_sort_key: req(6, blob),
  set_value: req(7, blob),
  set_expire_ts_seconds: req(8, i32),
  return_check_value: req(9, bool),
}));
export type CheckAndSetRequest = Infer<typeof CheckAndSetRequest>;

export const CheckAndSetResponse = struct('check_and_set_response', () => ({
  error: req(1, i32),
  check_value_returned: req(2, bool),
  check_value_exist: req(3, bool),
  check_value: req(4, blob),
  app_id: req(5, i32),
  partition_index: req(6, i32),
  decree: req(7, i64),
  server: req(8, serverText),
}));
export type CheckAndSetResponse = Infer<typeof CheckAndSetResponse>;

export const Mutate = struct('mutate', () => ({
  operation: req(1, MutateOperation),
  sort_key: req(2, blob),
  value: req(3, blob),
  set_expire_ts_seconds: req(4, i32),
}));
export type Mutate = Infer<typeof Mutate>;

export const CheckAndMutateRequest = struct('check_and_mutate_request', () => ({
  hash_key: req(1, blob),
  check_sort_key: req(2, blob),
  check_type: req(3, CasCheckType),
  check_operand: req(4, blob),
  mutate_list: req(5, list(Mutate)),
  return_check_value: req(6, bool),
}));
export type CheckAndMutateRequest = Infer<typeof CheckAndMutateRequest>;

export const CheckAndMutateResponse = struct('check_and_mutate_response', () => ({
  error: req(1, i32),
  check_value_returned: req(2, bool),
  check_value_exist: req(3, bool),
  check_value: req(4, blob),
  app_id: req(5, i32),
  partition_index: req(6, i32),
  decree: req(7, i64),
  server: req(8, serverText),
}));
export type CheckAndMutateResponse = Infer<typeof CheckAndMutateResponse>;
