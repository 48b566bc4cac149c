import type { Socket } from 'node:net';
import type { Simulation } from '../engine/simulation.ts';
import { UsageError } from '../errors.ts';
import type { AddressBook } from './addresses.ts';
import type { Report } from './events.ts';
import { Listener } from './listener.ts';
import type { Place } from './service.ts';

export interface ListenersOptions {
  readonly simulation: Simulation;
  readonly book: AddressBook;
  /** Where to listen: an IPv4 address of this machine. */
  readonly bind: string;
  /** The port on which a server that has `simulated` listens; 0: any that is free. */
  readonly portFor: (simulated: number) => number;
  /** Whether a cluster is served. */
  readonly isServed: (cluster: string) => boolean;
  readonly onSocket: (place: Place, socket: Socket) => void;
  readonly report: Report;
}

interface Open {
  readonly place: Place;
  readonly listener: Listener;
  /** Tells one process of a server from the next one. */
  readonly startedUs: number;
  readonly ready: Promise<void>;
}

/** The addresses of the simulated servers that run: a server that dies takes its listener and its connections along. */
export class Listeners {
  readonly #options: ListenersOptions;
  readonly #open = new Map<string, Open>();

  constructor(options: ListenersOptions) {
    this.#options = options;
  }

  /** @throws UsageError when an address is taken */
  async start(): Promise<void> {
    this.follow();
    await Promise.all([...this.#open.values()].map(({ ready }) => ready));
  }

  get connections(): number {
    let count = 0;
    for (const { listener } of this.#open.values()) count += listener.connections;
    return count;
  }

  /** Opens and closes what the last changes make necessary. */
  follow(): void {
    const running = this.#running();
    for (const [node, { place, startedUs }] of this.#open) {
      if (running.get(node)?.startedUs !== startedUs) this.#close(node, place);
    }
    for (const [node, { place, startedUs }] of running) {
      if (!this.#open.has(node)) this.#listen(place, startedUs);
    }
  }

  async stop(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(open.map(({ listener }) => listener.close()));
  }

  #running(): Map<string, { place: Place; startedUs: number }> {
    const { simulation, isServed } = this.#options;
    const running = new Map<string, { place: Place; startedUs: number }>();
    for (const cluster of simulation.universe.clusters()) {
      if (!isServed(cluster.name)) continue;
      const { metas, replicas } = cluster.record;
      for (const node of [...replicas, ...metas]) {
        const { state, since_us } = cluster.node(node);
        if (state !== 'running') continue;
        running.set(node, { place: { cluster: cluster.name, node }, startedUs: since_us });
      }
    }
    return running;
  }

  #listen(place: Place, startedUs: number): void {
    const { book, bind, portFor, onSocket, report } = this.#options;
    const simulated = Number(place.node.slice(place.node.lastIndexOf(':') + 1));
    const port = book.portOf(place.node) ?? portFor(simulated);
    const listener = new Listener({ host: bind, port, onSocket: (socket) => onSocket(place, socket) });
    const ready = listener.listen().then(
      (at) => {
        book.put(place.node, at);
        report({ event: 'server-up', ...place, address: book.addressOf(place.node) });
      },
      (error: unknown) => {
        throw cannotListen(`${bind}:${port}`, place.node, error);
      },
    );
    ready.catch((error: Error) => report({ event: 'failure', reason: error.message }));
    this.#open.set(place.node, { place, listener, startedUs, ready });
  }

  #close(node: string, place: Place): void {
    void this.#open.get(node)?.listener.close();
    this.#open.delete(node);
    this.#options.report({ event: 'server-down', ...place });
  }
}

function cannotListen(address: string, node: string, error: unknown): Error {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') {
    return new UsageError(
      `${address} is taken, where ${node} would listen`,
      'another `pegsh serve` or a Pegasus runs there, or for the moment a connection of some program is: try again, ' +
        'or have --port-offset N move every port, --port 0 take free ones',
    );
  }
  return new UsageError(`cannot listen on ${address}: ${code ?? String(error)}`);
}
