import { framed } from '../shared/hint.ts';
import { callMeta, orRefuse } from '../shared/meta-call.ts';

interface Reply {
  readonly err: string;
  readonly hint_message: string;
}

/**
 * A request that changes a policy: what refuses it is told twice.
 *
 * @param what as its refusal calls it: `modify backup policy`
 * @param after what is said before the code
 * @param more what is said besides
 */
export function askedToChange<R extends Reply>(
  request: Promise<R>,
  what: string,
  after = 'with err',
  more = '',
): Promise<R> {
  return orRefuse(callMeta(request), ({ answered, detail, code }) => ({
    out: `${answered ? `${what} failed: ${detail}\n` : ''}${more}`,
    err: `${what} failed, ${after} = ${code}\n`,
  }));
}

/** @param what as its answer calls it: `Modify` */
export function changed(what: string, { err, hint_message }: Reply): { readonly out: string } {
  return { out: `${what} policy result: ${err}\n${framed(hint_message)}` };
}
