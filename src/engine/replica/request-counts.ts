/** What requests count as (`pegasus_server_impl_init.cpp`, `pegasus_write_service.cpp`); others are not counted. */
const COUNTED: Readonly<Record<string, string>> = {
  RPC_RRDB_RRDB_GET: 'get',
  RPC_RRDB_RRDB_MULTI_GET: 'multi_get',
  RPC_RRDB_RRDB_BATCH_GET: 'batch_get',
  RPC_RRDB_RRDB_SORTKEY_COUNT: 'scan',
  RPC_RRDB_RRDB_GET_SCANNER: 'scan',
  RPC_RRDB_RRDB_SCAN: 'scan',
  RPC_RRDB_RRDB_PUT: 'put',
  RPC_RRDB_RRDB_MULTI_PUT: 'multi_put',
  RPC_RRDB_RRDB_REMOVE: 'remove',
  RPC_RRDB_RRDB_MULTI_REMOVE: 'multi_remove',
  RPC_RRDB_RRDB_INCR: 'incr',
  RPC_RRDB_RRDB_CHECK_AND_SET: 'check_and_set',
  RPC_RRDB_RRDB_CHECK_AND_MUTATE: 'check_and_mutate',
  RPC_RRDB_RRDB_DUPLICATE: 'dup',
};

/** How often a replica was asked for what, since this process has it open. */
export class RequestCounts {
  readonly #byCode = new Map<string, number>();

  add(code: string): void {
    this.#byCode.set(code, (this.#byCode.get(code) ?? 0) + 1);
  }

  /** By what they count as, also where there were none. */
  all(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [code, name] of Object.entries(COUNTED)) {
      counts.set(name, (counts.get(name) ?? 0) + (this.#byCode.get(code) ?? 0));
    }
    return counts;
  }
}
