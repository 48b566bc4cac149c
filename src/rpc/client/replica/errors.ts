/** What a data operation came to, in the words of upstream's C++ client (`src/include/pegasus/error_def.h`). */
export interface ClientError {
  readonly code: number;
  readonly text: string;
}

export const SUCCESS: ClientError = { code: 0, text: 'success' };
export const NOT_FOUND: ClientError = { code: -1001, text: 'not found' };
export const INCOMPLETE: ClientError = { code: -1007, text: 'incomplete' };
export const INVALID_HASH_KEY: ClientError = { code: -202, text: "hash key can't be empty" };
export const INVALID_VALUE: ClientError = { code: -203, text: "value can't be empty" };
export const INVALID_ARGUMENT: ClientError = { code: -1004, text: 'invalid argument' };
const UNKNOWN: ClientError = { code: -1, text: 'unknown error' };

const BY_PEGASUS_CODE: Readonly<Record<string, ClientError>> = {
  ERR_OK: SUCCESS,
  ERR_TIMEOUT: { code: -2, text: 'timeout' },
  ERR_OBJECT_NOT_FOUND: { code: -3, text: 'object not found' },
  ERR_NETWORK_FAILURE: { code: -4, text: 'network failure' },
  ERR_HANDLER_NOT_FOUND: { code: -5, text: 'handler not found' },
  ERR_OPERATION_DISABLED: { code: -6, text: 'operation disabled' },
  ERR_NOT_ENOUGH_MEMBER: { code: -7, text: 'no enough member' },
  ERR_APP_NOT_EXIST: { code: -101, text: 'app not exist' },
  ERR_APP_EXIST: { code: -102, text: 'app already exist' },
  ERR_FILE_OPERATION_FAILED: { code: -103, text: 'server internal error' },
  ERR_INVALID_STATE: { code: -104, text: 'server changed' },
  ERR_BUSY: { code: -105, text: 'app busy' },
  ERR_SPLITTING: { code: -106, text: 'app splitting' },
  ERR_DISK_INSUFFICIENT: { code: -107, text: 'disk insufficient' },
};

const ROCKSDB_TEXTS = [
  'success',
  'not found',
  'corruption',
  'not supported',
  'invalid argument',
  'io error',
  'merge in progress',
  'incomplete',
  'shutdown in progress',
  'rocksdb time out',
  'aborted',
  'busy',
  'expired',
];

/** Of an RPC that brought no reply. */
export function ofPegasusCode(code: string): ClientError {
  return BY_PEGASUS_CODE[code] ?? UNKNOWN;
}

/** The same back again; `ERR_UNKNOWN` for what the client or the storage says of its own. */
export function pegasusCodeOf({ code }: ClientError): string {
  const known = Object.entries(BY_PEGASUS_CODE).find(([, error]) => error.code === code);
  return known?.[0] ?? 'ERR_UNKNOWN';
}

/** Of the `error` in a reply: a RocksDB status code. */
export function ofStorageCode(status: number): ClientError {
  if (status === 0) return SUCCESS;
  const text = ROCKSDB_TEXTS[status];
  return text === undefined ? UNKNOWN : { code: -1000 - status, text };
}
