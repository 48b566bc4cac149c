import type { Dialect, Terminal } from '../commands/command.ts';
import { ClusterError, Interrupted, UsageError, WorkspaceError } from '../errors.ts';
import { endLine, labelled, stripAnsi } from '../output/ansi.ts';
import { sanitizeColored } from '../output/sanitize.ts';
import { RpcError } from '../rpc/transport/transport.ts';

/** What is told of a failure. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** What to do about a call that brought no reply. */
const RPC_HINTS: Record<string, string> = {
  ERR_TIMEOUT: 'nothing answered in time: `pegsh node list` shows who is alive',
  ERR_NETWORK_FAILURE: 'the server is not there: `pegsh node list` shows who is alive',
  ERR_INVALID_STATE:
    'no primary answers for that partition: `pegsh node list`, then `pegsh wait --for=healthy`',
  ERR_OBJECT_NOT_FOUND: 'there is no such table or partition: `pegsh ls` shows those there are',
  ERR_HANDLER_NOT_FOUND: 'this cluster does not answer that request',
};

export function failureOf(error: unknown): Failure {
  if (error instanceof UsageError) return { code: 'USAGE', message: error.message, hint: error.hint };
  if (error instanceof ClusterError) return { code: error.code, message: error.message, hint: error.hint };
  if (error instanceof WorkspaceError) return { code: 'WORKSPACE', message: error.message, hint: error.hint };
  if (error instanceof Interrupted) return { code: 'INTERRUPTED', message: 'interrupted' };
  if (error instanceof RpcError) {
    return { code: error.code, message: error.message, hint: RPC_HINTS[error.code] };
  }
  if (isReplaced(error)) return { code: 'REPLACED', message: error.message, hint: error.hint };
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { code: 'INTERNAL', message, hint: 'this is a bug of pegsh: PEGSH_DEBUG=1 shows where' };
}

/** A part of the program that was not used yet is not there any more (`bin/run.js`). */
function isReplaced(error: unknown): error is Error & { readonly hint: string } {
  return error instanceof Error && 'code' in error && error.code === 'PEGSH_REPLACED';
}

/** The lines of a failure on stderr: what was refused, by which code, and what to do. */
export function failureText(failure: Failure, dialect: Dialect): string {
  const { code, message, hint } = failure;
  if (dialect === 'cpp-shell' && code === 'USAGE') return endLine(message);
  const named = code.startsWith('ERR_') && !message.includes(code) ? ` (${code})` : '';
  return `error: ${message}${named}\n${hint === undefined ? '' : `hint: ${hint}\n`}`;
}

/** The same where it is shown: people at a terminal see at once that it is an error. */
export function shownFailure(
  failure: Failure,
  dialect: Dialect,
  { interactive, color }: Pick<Terminal, 'interactive' | 'color'>,
  noColor: boolean,
): string {
  const text = sanitizeColored(failureText(failure, dialect));
  if (noColor) return stripAnsi(text);
  return interactive && color ? labelled(text) : text;
}

export function failureJson({ code, message, hint }: Failure): string {
  return `${JSON.stringify({ error: { code, message: stripAnsi(message).trim(), hint } }, null, 2)}\n`;
}
