import { Connection } from './connection.ts';

/** One connection for each server that was called. */
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
