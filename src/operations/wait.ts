import { Interrupted } from '../errors.ts';
import { RpcError } from '../rpc/client/meta/index.ts';

/** One look at what is waited for. */
export interface Seen {
  readonly done: boolean;
  /** What was seen, for people. */
  readonly text: string;
}

export interface WaitReport extends Seen {
  readonly waited_ms: number;
}

/** Time that passes; on the local engine it costs nothing. */
export interface Timekeeper {
  sleep(ms: number): Promise<void>;
  now(): number;
}

const POLL_MS = 1000;

/**
 * Looks once a second until what is waited for is there, or the time is over.
 *
 * A call that brings no reply is one more thing that was seen: servers come and go while one waits.
 *
 * @throws Interrupted
 */
export async function waitFor(
  look: () => Promise<Seen>,
  time: Timekeeper,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<WaitReport> {
  const start = time.now();
  for (;;) {
    if (signal.aborted) throw new Interrupted();
    const seen = await lookOnce(look);
    const waited = time.now() - start;
    if (seen.done || waited >= timeoutMs) return { ...seen, waited_ms: waited };
    await time.sleep(Math.min(POLL_MS, timeoutMs - waited));
  }
}

async function lookOnce(look: () => Promise<Seen>): Promise<Seen> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof RpcError) return { done: false, text: `no reply: ${error.message}` };
    throw error;
  }
}
