import { type ControlClient, createControlClient } from '../rpc/client/control.ts';
import { createMetaClient, type MetaClient } from '../rpc/client/meta/index.ts';
import { createDataClient, type DataClient } from '../rpc/client/replica/data.ts';
import { createServersClient, type ServersClient } from '../rpc/client/servers.ts';
import type { Transport } from '../rpc/transport/transport.ts';
import type { Clients } from './backend.ts';

/**
 * The typed clients of one cluster.
 *
 * @param timeoutMs how long a request to a meta server may take
 */
export function connect(transport: Transport, timeoutMs?: number): Clients {
  return new ConnectedClients(transport, timeoutMs);
}

/** Each is made when it is used first: most commands need one of them. */
class ConnectedClients implements Clients {
  readonly #transport: Transport;
  readonly #timeoutMs: number | undefined;
  #meta: MetaClient | undefined;
  #data: DataClient | undefined;
  #control: ControlClient | undefined;
  #servers: ServersClient | undefined;

  constructor(transport: Transport, timeoutMs: number | undefined) {
    this.#transport = transport;
    this.#timeoutMs = timeoutMs;
  }

  get meta(): MetaClient {
    this.#meta ??= createMetaClient(this.#transport, this.#timeoutMs);
    return this.#meta;
  }

  get data(): DataClient {
    this.#data ??= createDataClient(this.#transport, this.meta);
    return this.#data;
  }

  get control(): ControlClient {
    this.#control ??= createControlClient(this.#transport);
    return this.#control;
  }

  get servers(): ServersClient {
    this.#servers ??= createServersClient(this.#transport);
    return this.#servers;
  }
}
