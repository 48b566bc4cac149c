import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { answerHttp } from '../engine/http/answer.ts';
import type { HttpReply } from '../engine/http/route.ts';
import { Arrival, type Simulation } from '../engine/simulation.ts';
import { type Steps, someOf } from '../engine/steps.ts';
import { STATUS_TEXTS } from '../rpc/idl/http.ts';
import type { AddressBook } from './addresses.ts';
import type { Backlog } from './backlog.ts';
import type { Few } from './few.ts';
import { makingPage } from './pages.ts';
import type { Place } from './service.ts';
import type { Turn } from './turn.ts';
import type { Holder, Unsent } from './unsent.ts';

/** What is posted is a few fields. */
const LARGEST_BODY = 64 * 1024;

export interface HttpOptions {
  readonly simulation: Simulation;
  readonly book: AddressBook;
  readonly turn: Pick<Turn, 'add'>;
  readonly backlog: Pick<Backlog, 'add'>;
  /** Whose long pages are being made. */
  readonly few: Few;
  readonly unsent: Unsent;
  /** Whether what takes long may go on before others have their turn. */
  readonly hasTime: () => boolean;
  /** How long a request may take, and how long the next one may be waited for. */
  readonly slowestMessageMs: number;
  /** Hears of connections that are closed for what came, or did not come. */
  readonly onClosed: (socket: Socket, place: Place, reason: string) => void;
}

/** Who is at the other end of a connection. */
interface Peer extends Holder {
  readonly place: Place;
  /** Of its pages, which are made. */
  unsentBytes: number;
  deadline?: NodeJS.Timeout;
}

/** What HTTP is spoken by on the servers' own ports: upstream's paths, bodies and headers (`src/http`). */
export class HttpEndpoint {
  readonly #options: HttpOptions;
  readonly #peers = new WeakMap<Socket, Peer>();
  readonly #server: Server;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#server = createServer({ keepAlive: true }, (request, response) => this.#answer(request, response));
    this.#server.on('clientError', (error, socket) => this.#end(socket as Socket, error.message));
  }

  /** Takes over a connection whose first bytes were of HTTP, and have been put back. */
  take(socket: Socket, place: Place): void {
    const peer: Peer = { place, unsentBytes: 0, close: (reason) => this.#end(socket, reason) };
    this.#peers.set(socket, peer);
    this.#wait(socket);
    socket.on('close', () => {
      clearTimeout(peer.deadline);
      this.#options.unsent.forget(peer);
    });
    this.#server.emit('connection', socket);
    socket.resume();
  }

  /** The next request must be here in time: who keeps a connection for later makes a new one then. */
  #wait(socket: Socket): void {
    const { slowestMessageMs } = this.#options;
    const peer = this.#peers.get(socket);
    if (peer === undefined) return;
    clearTimeout(peer.deadline);
    const tooSlow = (): void => this.#end(socket, `no request after ${slowestMessageMs / 1000} s`);
    peer.deadline = setTimeout(tooSlow, slowestMessageMs);
  }

  #end(socket: Socket, reason: string): void {
    const peer = this.#peers.get(socket);
    if (!socket.destroyed && peer !== undefined) this.#options.onClosed(socket, peer.place, reason);
    socket.destroy();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      parts.push(part);
      size += part.length;
      if (size > LARGEST_BODY) this.#end(request.socket, `a body of more than ${LARGEST_BODY} bytes`);
    });
    request.on('end', () => {
      // The answer may take its time.
      clearTimeout(this.#peers.get(request.socket)?.deadline);
      this.#plan(request, Buffer.concat(parts).toString(), response);
    });
  }

  /** Many may come at one time. */
  #plan(request: IncomingMessage, body: string, response: ServerResponse, arrival = new Arrival()): void {
    const { simulation, backlog } = this.#options;
    backlog.add(() => {
      if (simulation.admit(arrival)) this.#make(this.#replyTo(request, body), response);
      else this.#plan(request, body, response, arrival);
    });
  }

  /** A long body is made, and sent, while others have their turn: few at one time. */
  #make(reply: HttpReply, response: ServerResponse): void {
    const { body } = reply;
    if (typeof body === 'string') this.#sendWhenDurable(reply, [Buffer.from(body)], response);
    else this.#options.few.enter(response, () => this.#makePage(reply, makingPage(body), response));
  }

  #makePage(reply: HttpReply, page: Steps<Buffer[]>, response: ServerResponse): void {
    const { simulation, backlog, few, hasTime } = this.#options;
    const isGone = response.req.socket.destroyed;
    const made = isGone ? [] : simulation.change(() => someOf(page, hasTime));
    if (made === undefined) {
      backlog.add(() => this.#makePage(reply, page, response));
      return;
    }
    few.leave(response);
    if (!isGone) this.#sendWhenDurable(reply, made, response);
  }

  #sendWhenDurable(reply: HttpReply, parts: readonly Buffer[], response: ServerResponse): void {
    this.#note(response, lengthOf(parts));
    this.#options.turn.add({ flush: () => this.#send(reply, parts, response) });
  }

  #send({ status, location }: HttpReply, parts: readonly Buffer[], response: ServerResponse): void {
    response.sendDate = false;
    response.removeHeader('Connection');
    response.writeHead(status, STATUS_TEXTS[status], {
      'Content-Type': 'text/plain',
      'Content-Length': lengthOf(parts),
      ...(location === undefined ? {} : { Location: location }),
    });
    this.#sendFrom(0, parts, response);
  }

  /** A part at a time, as far as the client keeps up: it has its time for each, and for the next request. */
  #sendFrom(at: number, parts: readonly Buffer[], response: ServerResponse): void {
    if (response.socket !== null && !response.socket.destroyed) this.#wait(response.socket);
    this.#note(response, -parts[at]!.length);
    if (at === parts.length - 1) {
      response.end(parts[at]);
      return;
    }
    const goOn = (): void => this.#options.backlog.add(() => this.#sendFrom(at + 1, parts, response));
    if (response.write(parts[at])) goOn();
    else response.once('drain', goOn);
  }

  /** What a connection has more, or less, of what is made and not sent. */
  #note({ req: { socket } }: ServerResponse, bytes: number): void {
    const peer = this.#peers.get(socket);
    if (peer === undefined || socket.destroyed) return;
    peer.unsentBytes += bytes;
    this.#options.unsent.note(peer, peer.unsentBytes);
  }

  #replyTo({ socket, url = '/', method = 'GET' }: IncomingMessage, body: string): HttpReply {
    const place = this.#peers.get(socket)?.place;
    if (place === undefined) return { status: 404, body: '' };
    const { simulation, book } = this.#options;
    const asked = { url, method, body };
    return simulation.change((universe) =>
      answerHttp(universe.cluster(place.cluster), place.node, asked, (text) => book.textToWire(text)),
    );
  }
}

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}
