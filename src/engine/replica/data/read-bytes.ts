import type { BatchGetResponse, MultiGetResponse, ReadResponse } from '../../../rpc/idl/rrdb.ts';
import type { ScanResponse } from '../../../rpc/idl/scan.ts';
import type { ReadCode } from './read.ts';
import { ROCKSDB_STATUS } from './rocksdb-status.ts';

type Blobs = readonly (Uint8Array | undefined)[];

/**
 * Bytes that a read is charged with (`src/server/capacity_unit_calculator.cpp`): keys and values, 1 for what is not
 * found and for reads that give no value, 0 for what failed.
 */
export function readBytes(code: ReadCode, request: unknown, reply: unknown): number {
  const { error } = reply as { readonly error: number };
  if (error === ROCKSDB_STATUS.notFound) return 1;
  switch (code) {
    case 'RPC_RRDB_RRDB_GET':
      return sum([(request as { key: Uint8Array }).key, (reply as ReadResponse).value]);
    case 'RPC_RRDB_RRDB_MULTI_GET': {
      const { hash_key } = request as { hash_key: Uint8Array };
      return sum((reply as MultiGetResponse).kvs.flatMap(({ key, value }) => [hash_key, key, value]));
    }
    case 'RPC_RRDB_RRDB_BATCH_GET':
      return sum(
        (reply as BatchGetResponse).data.flatMap(({ hash_key, sort_key, value }) => [
          hash_key,
          sort_key,
          value,
        ]),
      );
    case 'RPC_RRDB_RRDB_GET_SCANNER':
    case 'RPC_RRDB_RRDB_SCAN':
      return sum((reply as ScanResponse).kvs.flatMap(({ key, value }) => [key, value]));
    case 'RPC_RRDB_RRDB_TTL':
    case 'RPC_RRDB_RRDB_SORTKEY_COUNT':
      return 1;
    case 'RPC_RRDB_RRDB_CLEAR_SCANNER':
      return 0;
  }
}

function sum(blobs: Blobs): number {
  return blobs.reduce((total, blob) => total + (blob?.length ?? 0), 0);
}
