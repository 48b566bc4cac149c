import type { Socket } from 'node:net';

/** What is handed to a socket at one time, in bytes: how its client gets on with more would not be seen. */
const MUCH = 1024 * 1024;

/** Sends answers as fast as the client takes them. */
export class Sender {
  readonly #socket: Socket;
  readonly #onProgress: () => void;
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #isEnding = false;

  /** @param onProgress is called when the client has taken some of what it was behind with */
  constructor(socket: Socket, onProgress: () => void) {
    this.#socket = socket;
    this.#onProgress = onProgress;
    socket.on('drain', () => this.#goOn());
  }

  /** Whether the client has still to take something before more is sent. */
  get isBehind(): boolean {
    return this.#parts.length > 0 || this.#socket.writableNeedDrain;
  }

  /** What it has not taken. */
  get unsentBytes(): number {
    return this.#bytes + this.#socket.writableLength;
  }

  send(parts: readonly Uint8Array[]): void {
    for (const part of parts) {
      this.#parts.push(part);
      this.#bytes += part.length;
    }
    this.#sendWhatGoes();
  }

  /** Ends the connection after what was sent. */
  end(): void {
    this.#isEnding = true;
    this.#sendWhatGoes();
  }

  #goOn(): void {
    this.#sendWhatGoes();
    this.#onProgress();
  }

  #sendWhatGoes(): void {
    while (this.#parts.length > 0 && !this.#socket.writableNeedDrain) this.#sendSome();
    if (this.#isEnding && this.#parts.length === 0) this.#socket.end();
  }

  #sendSome(): void {
    let [count, bytes] = [0, 0];
    while (count < this.#parts.length && bytes < MUCH) bytes += this.#parts[count++]!.length;
    const some = this.#parts.splice(0, count);
    this.#bytes -= bytes;
    if (count > 1) this.#socket.cork();
    for (const part of some) this.#socket.write(part);
    if (count > 1) this.#socket.uncork();
  }
}
