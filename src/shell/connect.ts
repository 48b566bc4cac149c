import { createControlClient } from '../rpc/client/control.ts';
import { createMetaClient } from '../rpc/client/meta/index.ts';
import { createDataClient } from '../rpc/client/replica/data.ts';
import { createServersClient } from '../rpc/client/servers.ts';
import type { Transport } from '../rpc/transport/transport.ts';
import type { Clients } from './backend.ts';

/**
 * The typed clients of one cluster.
 *
 * @param timeoutMs how long a request to a meta server may take
 */
export function connect(transport: Transport, timeoutMs?: number): Clients {
  const meta = createMetaClient(transport, timeoutMs);
  return {
    meta,
    data: createDataClient(transport, meta),
    control: createControlClient(transport),
    servers: createServersClient(transport),
  };
}
