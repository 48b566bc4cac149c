import type { Socket } from 'node:net';
import type { Simulation } from '../engine/simulation.ts';
import { WorkspaceError } from '../errors.ts';
import type { HostPorts } from '../rpc/codec/encode.ts';
import { WireError } from '../rpc/codec/errors.ts';
import { AddressBook } from './addresses.ts';
import { Backlog } from './backlog.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { ControlSession } from './control-session.ts';
import type { Report } from './events.ts';
import { Few } from './few.ts';
import { FileSteps } from './file-steps.ts';
import type { HttpEndpoint } from './http.ts';
import { Listener } from './listener.ts';
import { Listeners } from './listeners.ts';
import { Pacemaker } from './pacemaker.ts';
import { RdsnSession } from './rdsn-session.ts';
import { type Place, Service } from './service.ts';
import type { Line, Session } from './session.ts';
import { ThftSession } from './thft-session.ts';
import { Turn } from './turn.ts';
import { TurnBudget } from './turn-budget.ts';
import { Unsent } from './unsent.ts';

/** The control endpoint is for commands on this machine. */
const CONTROL_HOST = '127.0.0.1';
/** How long the work of the passing time, and pages that are made, may hold one turn of the event loop. */
const WORK_MS = 4;
const USUAL_LIMITS: Limits = {
  connections: 10_000,
  slowestMessageMs: 30_000,
  longMessages: 8,
  unsentBytes: 512 * 1024 * 1024,
};

/** What clients may take of a server. */
export interface Limits {
  readonly connections: number;
  /** How long a message may take from its first byte to its last. */
  readonly slowestMessageMs: number;
  /** How many are read, and their answers made, at one time. */
  readonly longMessages: number;
  /** How much of their answers clients may leave where they are. */
  readonly unsentBytes: number;
}

export interface ServerOptions {
  readonly simulation: Simulation;
  /** Where to listen: an IPv4 address of this machine. */
  readonly bind: string;
  /** The IPv4 address that clients are told. */
  readonly host: string;
  /** The port on which a server that has `simulated` listens; 0: any that is free. */
  readonly portFor: (simulated: number) => number;
  /** The clusters served; all when there are none. */
  readonly clusters: readonly string[];
  /** Whether THFT clients are sent the `hp_*` fields, on which those of 2022 break. */
  readonly hostPorts: boolean;
  /** Ends after so long without a connection. */
  readonly idleTimeoutMs?: number;
  readonly limits?: Partial<Limits>;
  readonly report: Report;
  /** Called with every thousandth request. */
  readonly onThousand?: () => void;
  /** Milliseconds, from any start. */
  readonly now: () => number;
}

/** One cluster as its clients reach it. */
export interface ServedCluster {
  readonly name: string;
  readonly metas: readonly string[];
  readonly replicas: readonly string[];
}

export interface Statistics {
  readonly connections: number;
  readonly requests: number;
  /** The simulated time, in microseconds since the Unix epoch. */
  readonly nowUs: number;
}

/** A workspace whose simulated servers listen on real sockets. */
export class PegasusServer {
  /** Resolves after `stop`, also when it stopped by itself for idleness; rejects when it can go on no more. */
  readonly done: Promise<void>;
  readonly #options: ServerOptions;
  readonly #book: AddressBook;
  readonly #budget: TurnBudget;
  readonly #service: Service;
  readonly #turn: Turn;
  readonly #backlog: Backlog;
  readonly #few: Few;
  readonly #unsent: Unsent;
  readonly #listeners: Listeners;
  readonly #control: Listener;
  readonly #pacemaker: Pacemaker;
  readonly #fileSteps: FileSteps;
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  #http: Promise<HttpEndpoint> | undefined;
  #requests = 0;
  /** Of the simulation, when addresses were opened and closed last. */
  #followed = -1;
  #busyAt: number;
  #idleCheck: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(options: ServerOptions) {
    const { simulation, report, clusters } = options;
    this.#options = options;
    this.#book = new AddressBook(options.host);
    this.#budget = new TurnBudget(WORK_MS, options.now, () => this.#pacemaker.goOn());
    this.#service = new Service(simulation, this.#book, this.#budget.isLeft, report);
    this.#turn = new Turn(
      {
        isDone: () => this.#isTurnOver,
        mustWait: () => simulation.isIncomplete || simulation.prepareSync(),
        finish: () => this.#endTurn(),
        afterwards: () => {
          simulation.writeAhead();
          this.#fileSteps.plan();
        },
      },
      (error) => this.#fail(error),
    );
    this.#backlog = new Backlog(options.now, () => simulation.mustWait);
    this.#few = new Few(this.#limits.longMessages);
    this.#unsent = new Unsent(this.#limits.unsentBytes);
    this.#listeners = new Listeners({
      simulation,
      book: this.#book,
      bind: options.bind,
      portFor: options.portFor,
      isServed: (cluster) => clusters.length === 0 || clusters.includes(cluster),
      onSocket: (place, socket) => this.#accept(place, socket),
      report,
    });
    this.#control = new Listener({
      host: CONTROL_HOST,
      port: 0,
      onSocket: (socket) => this.#acceptControl(socket),
    });
    this.#pacemaker = new Pacemaker(
      simulation,
      () => this.#turn.plan(),
      (error) => this.#fail(error),
    );
    this.#fileSteps = new FileSteps(simulation, options.now, (error) => this.#fail(error));
    simulation.takeTurns(this.#budget.isLeft);
    this.#busyAt = options.now();
    this.done = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  /**
   * Listens everywhere.
   *
   * @returns the control endpoint, `127.0.0.1:port`
   * @throws UsageError when an address is taken
   */
  async start(): Promise<string> {
    const [control] = await Promise.all([this.#control.listen(), this.#listeners.start()]);
    this.#pacemaker.start();
    this.#watchIdleness();
    return `${CONTROL_HOST}:${control}`;
  }

  get #limits(): Limits {
    return { ...USUAL_LIMITS, ...this.#options.limits };
  }

  get clusters(): ServedCluster[] {
    const { simulation, clusters } = this.#options;
    return simulation.universe
      .clusters()
      .filter(({ name }) => clusters.length === 0 || clusters.includes(name))
      .map(({ name, record }) => ({
        name,
        metas: record.metas.map((node) => this.#book.addressOf(node)),
        replicas: record.replicas.map((node) => this.#book.addressOf(node)),
      }));
  }

  get statistics(): Statistics {
    return {
      connections: this.#listeners.connections,
      requests: this.#requests,
      nowUs: this.#options.simulation.universe.now,
    };
  }

  /** Answers what was asked, and closes every connection. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    clearTimeout(this.#idleCheck);
    this.#pacemaker.stop();
    this.#fileSteps.stop();
    this.#turn.end();
    await Promise.all([this.#listeners.stop(), this.#control.close()]);
    this.#settle?.resolve();
  }

  /** Opens and closes addresses as servers came and went. */
  follow(): void {
    this.#listeners.follow();
  }

  /** Whether nothing is left to do before answers are sent. */
  get #isTurnOver(): boolean {
    const { isDurable, generation } = this.#options.simulation;
    return isDurable && generation === this.#followed;
  }

  #endTurn(): void {
    const { simulation } = this.#options;
    simulation.sync();
    if (this.#isStopping || simulation.generation === this.#followed) return;
    this.#followed = simulation.generation;
    this.follow();
  }

  /** Nothing that was not answered is promised to anybody: the connections end, and the reason is told. */
  #fail(error: unknown): void {
    this.#settle?.reject(error);
    this.#isStopping = true;
    clearTimeout(this.#idleCheck);
    this.#pacemaker.stop();
    this.#fileSteps.stop();
    void this.#listeners.stop();
    void this.#control.close();
  }

  #accept(place: Place, socket: Socket): void {
    const { simulation } = this.#options;
    const { connections } = this.#limits;
    if (this.#listeners.connections > connections) {
      socket.destroy();
      const reason = `more than ${connections} connections`;
      this.#options.report({ event: 'connection-refused', node: place.node, peer: peerOf(socket), reason });
      return;
    }
    this.#connect(socket, place.node, {
      addresses: this.#book,
      sessionFor: (magic, line) => this.#sessionFor(magic, place, line),
      together: (work) => simulation.together(work),
      http: (taken) => void this.#takeHttp(taken, place),
    });
  }

  #acceptControl(socket: Socket): void {
    const { simulation } = this.#options;
    this.#connect(socket, 'control', {
      sessionFor: (magic, line) =>
        magic === 'RDSN' ? new ControlSession(simulation, this.#service, line) : undefined,
      // Each is a command of its own, which may fail alone.
      together: (work) => work(),
      http: (taken) => taken.destroy(),
    });
  }

  #connect(
    socket: Socket,
    node: string,
    spoken: Pick<ConnectionOptions, 'addresses' | 'sessionFor' | 'together' | 'http'>,
  ): void {
    const { now, report } = this.#options;
    const peer = peerOf(socket);
    new Connection({
      socket,
      turn: this.#turn,
      backlog: this.#backlog,
      few: this.#few,
      unsent: this.#unsent,
      ...spoken,
      now,
      slowestMessageMs: this.#limits.slowestMessageMs,
      onError: (error) => {
        if (error instanceof WorkspaceError) this.#fail(error);
        const reason = error instanceof WireError ? error.message : `internal error: ${stackOf(error)}`;
        report({ event: 'connection-closed', node, peer, reason });
      },
      onMessage: () => {
        if (++this.#requests % 1000 === 0) this.#options.onThousand?.();
      },
    });
  }

  /** Loaded with the first request: most who serve never have one. */
  async #takeHttp(socket: Socket, place: Place): Promise<void> {
    this.#http ??= import('./http.ts').then(
      ({ HttpEndpoint: Endpoint }) =>
        new Endpoint({
          simulation: this.#options.simulation,
          book: this.#book,
          turn: this.#turn,
          backlog: this.#backlog,
          few: this.#few,
          unsent: this.#unsent,
          hasTime: this.#budget.isLeft,
          slowestMessageMs: this.#limits.slowestMessageMs,
          onClosed: (closed, from, reason) =>
            this.#options.report({
              event: 'connection-closed',
              node: from.node,
              peer: peerOf(closed),
              reason,
            }),
        }),
    );
    (await this.#http).take(socket, place);
  }

  #sessionFor(magic: string, place: Place, line: Line): Session | 'http' | undefined {
    const hostPorts: HostPorts = this.#options.hostPorts ? 'with-host-ports' : 'without-host-ports';
    if (magic === 'THFT') return new ThftSession(this.#service, place, line, this.#book, hostPorts);
    if (magic === 'RDSN') return new RdsnSession(this.#service, place, line, this.#book);
    return magic === 'GET ' || magic === 'POST' ? 'http' : undefined;
  }

  #watchIdleness(): void {
    const { idleTimeoutMs, now } = this.#options;
    if (idleTimeoutMs === undefined) return;
    if (this.#listeners.connections > 0) this.#busyAt = now();
    const left = this.#busyAt + idleTimeoutMs - now();
    if (left <= 0) void this.stop();
    else this.#idleCheck = setTimeout(() => this.#watchIdleness(), Math.min(left, 1000));
  }
}

/** A mistake of ours: what is known of it, in one line. */
function stackOf(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text.replace(/\s*\n\s*/g, ' | ');
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? '?'}`;
}
