import { Connection } from './connection.ts';

/**
 * The pool: one connection for each server that was called, as upstream's clients have (`src/rpc/network.cpp
 * connection_oriented_network`, `go-client/session/replica_session.go`). A request's id tells its reply, so that any
 * number of them share it, and a server keeps no more open for us than it expects.
 */
export class Connections {
  readonly #byAddress = new Map<string, Connection>();

  /** @param address `host:port` */
  to(address: string): Connection {
    const known = this.#byAddress.get(address) ?? new Connection(address);
    this.#byAddress.set(address, known);
    return known;
  }

  close(): void {
    for (const connection of this.#byAddress.values()) connection.close();
    this.#byAddress.clear();
  }
}
