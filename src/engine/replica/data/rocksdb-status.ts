/** The values of `error` in replies to data requests: RocksDB's status codes (`src/server`, `kOk` …). */
export const ROCKSDB_STATUS = {
  ok: 0,
  notFound: 1,
  corruption: 2,
  invalidArgument: 4,
  ioError: 5,
  incomplete: 7,
  tryAgain: 13,
} as const;
