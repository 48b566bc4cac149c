import type { ClearScannerArguments, HashKeyArguments, KeyArguments } from '../../../rpc/idl/arguments.ts';
import type { BatchGetRequest, MultiGetRequest } from '../../../rpc/idl/rrdb.ts';
import type { GetScannerRequest, ScanRequest } from '../../../rpc/idl/scan.ts';
import { multiGet, sortkeyCount } from './multi-get.ts';
import { batchGet, get, ttl } from './point-reads.ts';
import type { ReadContext } from './read-context.ts';
import type { RecordStore } from './record-store.ts';
import { clearScanner, getScanner, scan } from './scan.ts';

export type { ReadContext, ReadLimits } from './read-context.ts';

interface ReadRequests {
  RPC_RRDB_RRDB_GET: KeyArguments;
  RPC_RRDB_RRDB_TTL: KeyArguments;
  RPC_RRDB_RRDB_MULTI_GET: MultiGetRequest;
  RPC_RRDB_RRDB_BATCH_GET: BatchGetRequest;
  RPC_RRDB_RRDB_SORTKEY_COUNT: HashKeyArguments;
  RPC_RRDB_RRDB_GET_SCANNER: GetScannerRequest;
  RPC_RRDB_RRDB_SCAN: ScanRequest;
  RPC_RRDB_RRDB_CLEAR_SCANNER: ClearScannerArguments;
}

export type ReadCode = keyof ReadRequests;

type Read<C extends ReadCode> = (
  request: ReadRequests[C],
  store: RecordStore,
  context: ReadContext,
) => unknown;

const READS: { readonly [C in ReadCode]: Read<C> } = {
  RPC_RRDB_RRDB_GET: get,
  RPC_RRDB_RRDB_TTL: ttl,
  RPC_RRDB_RRDB_MULTI_GET: multiGet,
  RPC_RRDB_RRDB_BATCH_GET: batchGet,
  RPC_RRDB_RRDB_SORTKEY_COUNT: sortkeyCount,
  RPC_RRDB_RRDB_GET_SCANNER: getScanner,
  RPC_RRDB_RRDB_SCAN: (request, _store, context) => scan(request, context),
  RPC_RRDB_RRDB_CLEAR_SCANNER: (request, _store, context) => clearScanner(request, context),
};

/** Whether a data request reads. */
export function isReadCode(code: string): code is ReadCode {
  return Object.hasOwn(READS, code);
}

/**
 * Answers a read from a partition's records; what is wrong with the request or missing stands in the response's `error`.
 *
 * @param request as declared in `src/rpc/idl/` for that code
 */
export function handleRead(
  code: ReadCode,
  request: unknown,
  store: RecordStore,
  context: ReadContext,
): unknown {
  const read = READS[code] as Read<ReadCode>;
  return read(request as ReadRequests[ReadCode], store, context);
}
