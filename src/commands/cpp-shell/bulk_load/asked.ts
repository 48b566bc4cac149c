import { callSync, type MetaError, orRefuse } from '../shared/meta-call.ts';

interface Reply {
  readonly err: string;
  readonly hint_msg?: string;
}

/**
 * A request about a bulk load.
 *
 * @param verb what it is to do, as its refusal names it: `pause`
 * @param more what is said besides of a refusal
 */
export function askedToLoad<R extends Reply>(
  verb: string,
  request: Promise<R>,
  more: (error: MetaError) => string = () => '',
): Promise<R> {
  return orRefuse(callSync(request), (error) => {
    const { answered, code, detail, message } = error;
    const told = answered ? `${code} [hint:"${detail}"]` : `${message} [hint:""]`;
    return { err: `${verb} bulk load failed, error=${told}\n${more(error)}` };
  });
}
