import type { Host } from './host.ts';

const TICKET = /^lock\.wait\.(\d+)\.(\d+)\.([0-9a-z-]*)$/;

interface Ticket {
  readonly name: string;
  readonly turn: number;
  readonly pid: number;
  readonly start: string;
}

/**
 * The processes that wait for the lock, in the order in which they came: an empty file for each, named after it.
 *
 * It only says whose turn it is. That no two processes have the workspace is for the lock alone.
 */
export class LockQueue {
  readonly #host: Host;
  readonly #directory: string;
  #mine: Ticket | undefined;

  constructor(host: Host, directory: string) {
    this.#host = host;
    this.#directory = directory;
  }

  /** Takes the place behind all who wait. */
  join(): void {
    const turn = 1 + (this.#tickets().at(-1)?.turn ?? 0);
    const { pid, processStart: start } = this.#host;
    this.#mine = { name: `lock.wait.${turn}.${pid}.${start}`, turn, pid, start };
    this.#host.fs.write(this.#path(this.#mine), 0, new Uint8Array());
  }

  leave(): void {
    if (this.#mine !== undefined) this.#host.fs.remove(this.#path(this.#mine));
    this.#mine = undefined;
  }

  /** Pids of those whose turn comes before ours, first the next; of all who wait, before we joined. The next one is alive. */
  ahead(): readonly number[] {
    const mine = this.#mine;
    const before = this.#tickets().filter((ticket) => mine === undefined || inOrder(ticket, mine) < 0);
    while (before[0] !== undefined && !this.#host.isAlive(before[0].pid, before[0].start)) {
      this.#host.fs.remove(this.#path(before.shift()!));
    }
    return before.map(({ pid }) => pid);
  }

  #tickets(): Ticket[] {
    return this.#host.fs.list(this.#directory).flatMap(ticketOf).sort(inOrder);
  }

  #path({ name }: Ticket): string {
    return `${this.#directory}/${name}`;
  }
}

function ticketOf(name: string): Ticket[] {
  const match = TICKET.exec(name);
  if (match === null) return [];
  const [, turn, pid, start = ''] = match;
  return [{ name, turn: Number(turn), pid: Number(pid), start }];
}

/** Two that came at once may have the same turn. */
function inOrder(a: Ticket, b: Ticket): number {
  return a.turn - b.turn || a.pid - b.pid;
}
