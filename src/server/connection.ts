import { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import type { Addresses } from '../rpc/codec/addresses.ts';
import { WireError } from '../rpc/codec/errors.ts';
import { Writer } from '../rpc/codec/writer.ts';
import type { Backlog } from './backlog.ts';
import type { Few } from './few.ts';
import { Sender } from './sender.ts';
import type { Line, Rest, Session } from './session.ts';
import type { Turn } from './turn.ts';
import type { Holder, Unsent } from './unsent.ts';

const MAGIC_LENGTH = 4;
/** So many answers are sent while the next ones are made, where nothing holds them back: their reader begins with them. */
const EARLY = 32;
/** What is sent before there is more, in bytes: its client may not take it. */
const MUCH = 1024 * 1024;
/** How often answers that are not there yet are asked for. */
const POLL_US = 20_000;

export interface ConnectionOptions {
  readonly socket: Socket;
  readonly turn: Turn;
  readonly backlog: Backlog;
  /** Those that are in the middle of a long message. */
  readonly few: Few;
  readonly unsent: Unsent;
  /** Of the servers that answers name. */
  readonly addresses?: Addresses;
  /** Chooses by the first four bytes. */
  readonly sessionFor: (magic: string, line: Line) => Session | 'http' | undefined;
  /** Takes over a socket that speaks HTTP. */
  readonly http: (socket: Socket) => void;
  /** Handles messages that arrived at one time. */
  readonly together: (work: () => void) => void;
  /** Milliseconds, from any start. */
  readonly now: () => number;
  /** Takes every error that is the peer's fault or ours; the connection is closed by then. */
  readonly onError: (error: unknown) => void;
  readonly onMessage: () => void;
  /** How long a message may take from its first byte to its last. */
  readonly slowestMessageMs: number;
}

const NOTHING: Buffer = Buffer.alloc(0);

/** One client. What goes wrong with it ends this connection and touches nothing else. */
export class Connection implements Line, Holder {
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  readonly #sender: Sender;
  #session: Session | undefined;
  /** What came before the protocol was known. */
  #first = NOTHING;
  #messages: unknown[] = [];
  #at = 0;
  /** What is left of messages before; the next ones wait for it. */
  #rests: Rest[] = [];
  /** What was answered in this turn. */
  readonly #out: Writer;
  /** Whether messages are being handled, whose answers go together. */
  #isWorking = false;
  /** Whether the messages that are left have a place in the backlog. */
  #isWaiting = false;
  #isEnding = false;
  #deadline: NodeJS.Timeout | undefined;
  readonly #onData = (chunk: Buffer): void => this.#guard(() => this.#receive(chunk));

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#sender = new Sender(options.socket, () => this.#onProgress());
    this.#out = new Writer(options.addresses);
    this.#socket.setNoDelay(true);
    this.#socket.on('data', this.#onData);
    // A peer that is gone is nobody's failure; `close` follows.
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('close', () => this.#onClose());
  }

  close(reason: string): void {
    this.#fail(new WireError(reason));
  }

  #onClose(): void {
    clearTimeout(this.#deadline);
    this.#options.few.leave(this);
    this.#options.unsent.forget(this);
  }

  /** The client has taken something. */
  #onProgress(): void {
    this.#options.unsent.note(this, this.#sender.unsentBytes);
    this.#resume();
  }

  answer<A>(write: (out: Writer, answer: A) => void, answer: A): void {
    if (this.#socket.destroyed) return;
    write(this.#out, answer);
    if (!this.#isWorking) this.#options.turn.add(this);
  }

  tell(answer: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(answer);
  }

  after(us: number, work: () => void): void {
    const takeTurn = (): void =>
      this.#options.backlog.add(() => {
        if (!this.#socket.destroyed) this.#guard(work);
      });
    if (us === 0) takeTurn();
    else setTimeout(takeTurn, us / 1000);
  }

  goOnAfter(us: number, rest: Rest): void {
    this.after(us, () => this.#leave(rest()));
  }

  poll(us: number, look: () => boolean): void {
    const deadline = this.#options.now() + us / 1000;
    const again = (): void => {
      if (!look() && this.#options.now() < deadline) later();
    };
    const later = (): void => this.after(POLL_US, again);
    later();
  }

  end(): void {
    this.#isEnding = true;
    this.#forget();
    if (!this.#isWorking) this.#options.turn.add(this);
  }

  /** Writes what was answered in this turn, at once. */
  flush(): void {
    const answers = this.#out.takeParts();
    if (this.#socket.destroyed) return;
    this.#sender.send(answers);
    if (this.#sender.isBehind) {
      // Who does not read what was answered is not listened to.
      this.#socket.pause();
      this.#options.unsent.note(this, this.#sender.unsentBytes);
    }
    if (this.#isEnding) this.#sender.end();
    else if (this.#hasMore && !this.#isWorking) this.#resume();
  }

  #receive(chunk: Buffer): void {
    if (this.#isEnding) return;
    const session = this.#session;
    if (session !== undefined) {
      this.#take(session, chunk);
      return;
    }
    this.#first = this.#first.length === 0 ? chunk : Buffer.concat([this.#first, chunk]);
    this.#watch(true);
    if (this.#first.length < MAGIC_LENGTH) return;
    const chosen = this.#options.sessionFor(this.#first.toString('latin1', 0, MAGIC_LENGTH), this);
    if (chosen === undefined) throw new WireError('the first bytes are of no protocol of Pegasus');
    if (chosen === 'http') this.#handOver();
    else {
      const first = this.#first;
      this.#session = chosen;
      this.#first = NOTHING;
      this.#take(chosen, first);
    }
  }

  #take(session: Session, chunk: Buffer): void {
    const messages = session.push(chunk);
    this.#watch(session.isWaiting);
    if (messages.length === 0) return;
    this.#messages =
      this.#at < this.#messages.length ? [...this.#messages.slice(this.#at), ...messages] : messages;
    this.#at = 0;
    if (this.#options.backlog.hasTurn) this.#work(session);
    else this.#wait(session);
  }

  /** Has the messages that are left handled when others have had their turn. */
  #wait(session: Session): void {
    this.#socket.pause();
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    const takeTurn = (): void =>
      this.#options.backlog.add(() => {
        this.#isWaiting = false;
        if (!this.#socket.destroyed) this.#guard(() => this.#goOn(session));
      });
    if (this.#rests.length > 0) this.#options.few.enter(this, takeTurn);
    else takeTurn();
  }

  /** Goes on with what is left of a message that was begun apart from the others. */
  #leave(rest: Rest | undefined): void {
    if (rest === undefined || this.#session === undefined) return;
    this.#rests.push(rest);
    this.#wait(this.#session);
  }

  #goOn(session: Session): void {
    if (this.#mustSend) this.#options.few.leave(this);
    else {
      if (this.#hasMore) this.#work(session);
      this.#resume();
    }
  }

  /** Whether so much was answered that it has to be sent, and taken, before there is more. */
  get #mustSend(): boolean {
    return this.#sender.isBehind || this.#out.length >= MUCH;
  }

  /** Goes on where nothing is in the way: listens again once all messages are handled. */
  #resume(): void {
    if (this.#socket.destroyed || this.#mustSend || this.#isWaiting) return;
    if (this.#session !== undefined && this.#hasMore) this.#wait(this.#session);
    else this.#socket.resume();
  }

  /** Handles one message, and more as long as this turn has time for them. */
  #work(session: Session): void {
    const { turn, together, backlog } = this.#options;
    this.#isWorking = true;
    together(() => this.#handleSome(session));
    this.#isWorking = false;
    if (this.#hasMore) this.#wait(session);
    // To make durable what took long takes long again.
    if (backlog.isTurnOver) turn.putOff();
    turn.add(this);
  }

  #handleSome(session: Session): void {
    const { turn, backlog } = this.#options;
    let rest: Rest | undefined;
    do {
      const first = this.#rests.shift();
      rest = first === undefined ? this.#handleNext(session) : first();
      if (rest !== undefined) this.#rests.unshift(rest);
      if (this.#at % EARLY === 0 && this.#at < this.#messages.length) turn.flushEarly(this);
    } while (rest === undefined && this.#hasMore && backlog.hasTurn && this.#out.length < MUCH);
    if (this.#rests.length === 0) this.#options.few.leave(this);
    if (this.#at === this.#messages.length) this.#messages.length = this.#at = 0;
  }

  #handleNext(session: Session): Rest | undefined {
    this.#options.onMessage();
    return session.handle(this.#messages[this.#at++]);
  }

  get #hasMore(): boolean {
    return this.#rests.length > 0 || this.#at < this.#messages.length;
  }

  #handOver(): void {
    this.#watch(false);
    this.#socket.off('data', this.#onData);
    this.#socket.pause();
    this.#socket.unshift(this.#first);
    this.#options.http(this.#socket);
  }

  /** A message that has begun must end in time. */
  #watch(isWaiting: boolean): void {
    if (isWaiting === (this.#deadline !== undefined)) return;
    clearTimeout(this.#deadline);
    const { slowestMessageMs } = this.#options;
    const tooSlow = (): void =>
      this.#fail(new WireError(`a message not complete after ${slowestMessageMs / 1000} s`));
    this.#deadline = isWaiting ? setTimeout(tooSlow, slowestMessageMs) : undefined;
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #forget(): void {
    this.#messages = [];
    this.#at = 0;
    this.#rests = [];
    this.#options.few.leave(this);
  }

  #fail(error: unknown): void {
    this.#socket.destroy();
    this.#forget();
    this.#out.take();
    this.#options.onError(error);
  }
}
