import type { Addresses } from '../rpc/codec/addresses.ts';
import type { Command } from '../rpc/idl/arguments.ts';
import { ConfigurationClusterInfoResponse } from '../rpc/idl/cluster.ts';
import type { StructType } from '../rpc/idl/schema.ts';
import type { Result } from './service.ts';

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

  /** The same in a text that names servers. */
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

/** Texts in which servers name themselves or others, which no codec translates. */
const TEXTS = ['server', 'success', 'hint_message', 'hint_msg', 'err_hint'] as const;

/** A result as clients are told it: servers that name themselves in texts are where they really listen. */
export function outward(book: AddressBook, result: Result | undefined): Result | undefined {
  if (book.isPlain || result === undefined) return result;
  const { schema } = result;
  const value = { ...(result.value as Record<string, unknown>) };
  for (const name of textsOf(schema)) {
    const text = value[name];
    if (typeof text === 'string') value[name] = book.textToWire(text);
  }
  if (schema === ConfigurationClusterInfoResponse) {
    value.values = (value.values as string[]).map((text) => book.textToWire(text));
  }
  return { schema, value };
}

const textsBySchema = new WeakMap<StructType<unknown>, readonly string[]>();

function textsOf(schema: StructType<unknown>): readonly string[] {
  const known = textsBySchema.get(schema);
  if (known !== undefined) return known;
  const texts = TEXTS.filter((name) => Object.hasOwn(schema.fields, name));
  textsBySchema.set(schema, texts);
  return texts;
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
