import { sanitize } from '../../../output/sanitize.ts';
import { RpcError } from '../../../rpc/client/meta/index.ts';
import { Refusal } from '../../mirrored.ts';

interface Reply {
  readonly err: string;
  readonly hint?: string;
  readonly hint_message?: string;
  readonly hint_msg?: string;
}

/**
 * Waits for a meta server's answer and refuses in the words of admin-cli.
 *
 * @param method as Go's client names it: `CreateApp`
 * @throws Refusal; a call that nobody answers has only one text
 */
export async function answered<R extends Reply>(method: string, request: Promise<R>): Promise<R> {
  const reply = await orTimeout(request);
  if (reply.err === 'ERR_OK') return reply;
  const hint = reply.hint ?? reply.hint_message ?? reply.hint_msg ?? '';
  const shown = hint === '' ? '' : ` [hint: ${sanitize(hint)}]`;
  throw refused(reply.err, `${method} failed: ${goError(reply.err)}${shown}`, hint || undefined);
}

/** @throws Refusal */
export async function orTimeout<R>(request: Promise<R>): Promise<R> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof RpcError) throw refused(error.code, 'context deadline exceeded');
    throw error;
  }
}

/** An error code as Go prints thrift's struct. */
export function goError(code: string): string {
  return `ErrorCode({Errno:${code}})`;
}

export function refused(code: string, text: string, hint?: string): Refusal {
  return new Refusal(code, { err: `error: ${text}\n` }, hint);
}
