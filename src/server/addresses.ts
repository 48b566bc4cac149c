import type { Addresses } from '../rpc/codec/addresses.ts';
import type { Command } from '../rpc/idl/arguments.ts';

/**
 * Where the simulated servers really listen. Inside the simulation a server has one name for ever (`localhost:34801`,
 * `127.0.0.1:34801`); what clients are told is where it can be reached.
 */
export class AddressBook implements Addresses {
  readonly #host: string;
  #isPlain: boolean;
  /** By the simulated port. */
  readonly #outside = new Map<number, number>();
  readonly #inside = new Map<number, number>();
  /** What clients were told, by the address inside. */
  readonly #told = new Map<string, string>();

  /** @param host the IPv4 address that clients reach */
  constructor(host: string) {
    this.#host = host;
    this.#isPlain = host === '127.0.0.1';
  }

  /** Whether every server is where its name says. */
  get isPlain(): boolean {
    return this.#isPlain;
  }

  /** @param node the server's own name, `localhost:34801` */
  put(node: string, port: number): void {
    const simulated = portOf(node);
    if (simulated !== port) this.#isPlain = false;
    this.#outside.set(simulated, port);
    this.#inside.set(port, simulated);
    this.#told.clear();
  }

  /** Where a server listened before, which is where it listens again. */
  portOf(node: string): number | undefined {
    return this.#outside.get(portOf(node));
  }

  /** `127.0.0.1:34901` */
  addressOf(node: string): string {
    const port = portOf(node);
    return `${this.#host}:${this.#outside.get(port) ?? port}`;
  }

  toWire(address: string): string {
    if (address === '' || this.isPlain) return address;
    const known = this.#told.get(address);
    if (known !== undefined) return known;
    const told = this.#outward(address);
    this.#told.set(address, told);
    return told;
  }

  #outward(address: string): string {
    const { host, port } = split(address);
    if (host !== 'localhost' && host !== '127.0.0.1') return address;
    const isLocal = this.#host === '127.0.0.1';
    return `${isLocal ? host : this.#host}:${this.#outside.get(port) ?? port}`;
  }

  fromWire(address: string): string {
    if (address === '' || this.isPlain) return address;
    const { host, port } = split(address);
    const isOurs = host === 'localhost' || host === '127.0.0.1' || host === this.#host;
    if (!isOurs) return address;
    const name = host === this.#host && this.#host !== '127.0.0.1' ? '127.0.0.1' : host;
    return `${name}:${this.#inside.get(port) ?? port}`;
  }

  textToWire(text: string): string {
    if (this.isPlain) return text;
    const known = this.#told.get(text);
    if (known !== undefined) return known;
    return text.replace(/\b(localhost|127\.0\.0\.1):\d+\b/g, (address) => this.toWire(address));
  }

  textFromWire(text: string): string {
    return text.replace(/\b(localhost|\d+\.\d+\.\d+\.\d+):\d+\b/g, (address) => this.fromWire(address));
  }
}

/** A remote command that may name servers. */
export function inward(book: AddressBook, command: Command): Command {
  if (book.isPlain) return command;
  return { ...command, arguments: command.arguments.map((text) => book.textFromWire(text)) };
}

function split(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}

function portOf(node: string): number {
  return split(node).port;
}
