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
 * @param before stands before an error
 * @throws Refusal; a call that nobody answers has only one text
 */
export async function answered<R extends Reply>(
  method: string,
  request: Promise<R>,
  before = '',
): Promise<R> {
  const reply = await orTimeout(request, before);
  if (reply.err === 'ERR_OK') return reply;
  const hint = reply.hint ?? reply.hint_message ?? reply.hint_msg ?? '';
  const shown = hint === '' ? '' : ` [hint: ${sanitize(hint)}]`;
  throw refused(reply.err, `${before}${method} failed: ${goError(reply.err)}${shown}`, hint || undefined);
}

/** @throws Refusal */
export async function orTimeout<R>(request: Promise<R>, before = ''): Promise<R> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof RpcError) throw refused(error.code, `${before}${EXPIRED}`);
    throw error;
  }
}

/** What Go says of a call whose time has run out. */
export const EXPIRED = 'context deadline exceeded';

/** What calls that were made at the same time failed of, as `k8s.io/apimachinery` sums it up. @throws Refusal if any did */
export function refuseAny(failures: readonly string[], code = 'ERR_TIMEOUT', before = ''): void {
  const different = [...new Set(failures)];
  if (different.length === 0) return;
  throw refused(code, before + (different.length > 1 ? `[${different.join(', ')}]` : different[0]));
}

/** An error code as Go prints thrift's struct. */
export function goError(code: string): string {
  return `ErrorCode({Errno:${code}})`;
}

export function refused(code: string, text: string, hint?: string): Refusal {
  return new Refusal(code, { err: `error: ${text}\n` }, hint);
}
