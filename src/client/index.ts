import { createMetaClient } from '../rpc/client/meta/index.ts';
import { createDataClient } from '../rpc/client/replica/data.ts';
import { readMetaList } from '../rpc/idl/meta-list.ts';
import { tcpTransport } from '../rpc/transport/tcp/tcp.ts';
import { PegasusTable } from './table.ts';

export { PegasusError } from './error.ts';
export type * from './table.ts';
export { PegasusTable } from './table.ts';

export interface ConnectOptions {
  /** How long an operation may take unless it says otherwise; 5,000 by default. */
  readonly timeoutMs?: number;
}

/** A cluster: Apache Pegasus, or one that `pegsh serve` serves. */
export interface Pegasus {
  /** A table by name; whether it exists shows with the first operation. */
  table(name: string): PegasusTable;
  /** Ends every connection. Operations on their way fail. */
  close(): Promise<void>;
}

/**
 * A client for a cluster. Nothing is sent before the first operation.
 *
 * @param metas `host:port` of its meta servers, as a list or with commas between them
 * @throws Error where an address is none
 */
export function connect(
  metas: string | readonly string[],
  { timeoutMs = 5000 }: ConnectOptions = {},
): Pegasus {
  const transport = tcpTransport(readMetaList(typeof metas === 'string' ? metas : metas.join(',')));
  const data = createDataClient(transport, createMetaClient(transport));
  return {
    table: (name) => new PegasusTable(data.table(name), timeoutMs),
    close: () => transport.close(),
  };
}
