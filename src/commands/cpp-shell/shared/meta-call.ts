import { sanitize } from '../../../output/sanitize.ts';
import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { Context, Printed } from '../../command.ts';
import { Refusal } from '../../mirrored.ts';

/** What a meta server refused with, or the transport failed with: upstream's `error_s`. */
export class MetaError extends Error {
  readonly code: string;
  /** What upstream says besides the code; may be empty. */
  readonly detail: string;
  /** The reply came: it is the server that refused. */
  readonly answered: boolean;

  constructor(code: string, detail: string, answered: boolean) {
    super(detail === '' ? code : `${code}: ${detail}`);
    this.name = 'MetaError';
    this.code = code;
    this.detail = detail;
    this.answered = answered;
  }
}

interface Reply {
  readonly err: string;
  readonly hint?: string;
  readonly hint_message?: string;
  readonly hint_msg?: string;
}

interface CallOptions {
  /** What upstream adds to the code when no reply came. */
  readonly unsent?: (code: string) => string;
  /** Codes that are answers as well as `ERR_OK`. */
  readonly accepted?: readonly string[];
}

/** @throws MetaError */
export async function callMeta<R extends Reply>(request: Promise<R>, options: CallOptions = {}): Promise<R> {
  const { unsent = () => '', accepted = [] } = options;
  const reply = await request.catch((error: unknown) => {
    throw error instanceof RpcError ? new MetaError(error.code, unsent(error.code), false) : error;
  });
  if (reply.err === 'ERR_OK' || accepted.includes(reply.err)) return reply;
  throw new MetaError(reply.err, sanitize(reply.hint_message ?? reply.hint_msg ?? reply.hint ?? ''), true);
}

/** The path of the duplication commands (`call_rpc_sync`). @throws MetaError */
export function callSync<R extends Reply>(request: Promise<R>, accepted: readonly string[] = []): Promise<R> {
  return callMeta(request, { unsent: () => 'unable to send rpc to server', accepted });
}

const BUSY = ['ERR_BUSY_CREATING', 'ERR_BUSY_DROPPING'];
const BUSY_PAUSE_MS = 10_000;
const BUSY_ATTEMPTS = 3;

/**
 * The path of create, drop, recall and list apps (`request_meta_and_wait_response`): a busy table is asked for
 * again after 10 s, three times in all.
 *
 * @throws MetaError
 */
export async function callAndWait<R extends Reply>(
  meta: Context['meta'],
  task: string,
  send: () => Promise<R>,
): Promise<R> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await callMeta(send(), { unsent: (code) => `request meta failed: task=${task}, error=${code}` });
    } catch (error) {
      const isBusy = error instanceof MetaError && BUSY.includes(error.code);
      if (!isBusy || attempt === BUSY_ATTEMPTS) throw error;
    }
    await meta.sleep(BUSY_PAUSE_MS);
  }
}

/** Turns the refusal of a request into what the command prints of it. @throws Refusal */
export async function orRefuse<R>(request: Promise<R>, printed: (error: MetaError) => Printed): Promise<R> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof MetaError) throw new Refusal(error.code, printed(error), error.detail || undefined);
    throw error;
  }
}
