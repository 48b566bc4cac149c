import type { MultiGetRequest } from '../../src/rpc/idl/rrdb.ts';
import type { GetScannerRequest } from '../../src/rpc/idl/scan.ts';

const NOTHING = new Uint8Array();

/** What clients ask a partition with `multi_get`: for everything of a hash key, but for what is `given`. */
export const multiGetRequest = (
  given: Pick<MultiGetRequest, 'hash_key'> & Partial<MultiGetRequest>,
): MultiGetRequest => ({
  sort_keys: [],
  max_kv_count: -1,
  max_kv_size: -1,
  no_value: false,
  start_sortkey: NOTHING,
  stop_sortkey: NOTHING,
  start_inclusive: true,
  stop_inclusive: false,
  sort_key_filter_type: 'FT_NO_FILTER',
  sort_key_filter_pattern: NOTHING,
  reverse: false,
  ...given,
});

/** What clients begin a scan of a partition with: of all records, but for what is `given`. */
export const getScannerRequest = (given: Partial<GetScannerRequest> = {}): GetScannerRequest => ({
  start_key: new Uint8Array([0, 0]),
  stop_key: new Uint8Array([0xff, 0xff]),
  start_inclusive: true,
  stop_inclusive: false,
  batch_size: 100,
  no_value: false,
  hash_key_filter_type: 'FT_NO_FILTER',
  hash_key_filter_pattern: NOTHING,
  sort_key_filter_type: 'FT_NO_FILTER',
  sort_key_filter_pattern: NOTHING,
  ...given,
});
