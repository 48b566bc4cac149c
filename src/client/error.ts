/** An operation that failed, in the words of upstream's clients: `timeout`, `app not exist`, `server changed` … */
export class PegasusError extends Error {
  /** `src/include/pegasus/error_def.h`: -2 = timeout, -101 = no such table, -1000 and below = RocksDB's statuses. */
  readonly code: number;

  constructor(operation: string, { code, text }: { code: number; text: string }) {
    super(`${operation}: ${text}`);
    this.name = 'PegasusError';
    this.code = code;
  }
}
