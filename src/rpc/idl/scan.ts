/** Scans, of `idl/rrdb.thrift`. `error` is a RocksDB status code; a context id below 0 means that nothing is left. */

import { FilterType, KeyValue } from './rrdb.ts';
import { big64, blob, bool, type Infer, i32, list, opt, req, serverText, struct } from './schema.ts';

export const GetScannerRequest = struct('get_scanner_request', () => ({
  start_key: req(1, blob),
  stop_key: req(2, blob),
  start_inclusive: req(3, bool),
  stop_inclusive: req(4, bool),
  batch_size: req(5, i32),
  no_value: req(6, bool),
  hash_key_filter_type: req(7, FilterType),
  hash_key_filter_pattern: req(8, blob),
  sort_key_filter_type: req(9, FilterType),
  sort_key_filter_pattern: req(10, blob),
  validate_partition_hash: opt(11, bool),
  return_expire_ts: opt(12, bool),
  full_scan: opt(13, bool),
  only_return_count: opt(14, bool),
}));
export type GetScannerRequest = Infer<typeof GetScannerRequest>;

export const ScanRequest = struct('scan_request', () => ({
  context_id: req(1, big64),
}));
export type ScanRequest = Infer<typeof ScanRequest>;

export const ScanResponse = struct('scan_response', () => ({
  error: req(1, i32),
  kvs: req(2, list(KeyValue)),
  context_id: req(3, big64),
  app_id: req(4, i32),
  partition_index: req(5, i32),
  server: req(6, serverText),
  kv_count: opt(7, i32),
}));
export type ScanResponse = Infer<typeof ScanResponse>;
