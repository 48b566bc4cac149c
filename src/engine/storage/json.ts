import type { WorkspaceError } from '../../errors.ts';
import { damage, positionIn } from './damage.ts';

const TOKEN =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

/** The error for a part of a workspace file, beginning at `firstLine`, that is not JSON: where it stops being it. */
export function notJson(path: string, text: string, firstLine = 1): WorkspaceError {
  if (text.trim() === '') return damage(path, firstLine === 1 ? '' : `line ${firstLine}`, 'is empty');
  return damage(path, positionIn(text, syntaxErrorOffset(text), firstLine), 'is not JSON');
}

/**
 * Where a text stops being JSON. JSON.parse's own message has no position on Node 20, so that the text is walked
 * once more, token by token, with a stack of what is open.
 */
export function syntaxErrorOffset(text: string): number {
  const open: string[] = [];
  let expects = 'value';
  TOKEN.lastIndex = 0;
  while (true) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) return skipSpace(text, start);
    const token = match[1] ?? (match[2] === undefined ? 'scalar' : 'string');
    const next = transition(expects, token, open);
    if (next === undefined) return skipSpace(text, start);
    expects = next;
  }
}

function skipSpace(text: string, offset: number): number {
  let at = offset;
  while (' \t\r\n'.includes(text[at] ?? '!')) at++;
  return at;
}

/** What may follow `token` where `expects` was due; `undefined` when the token may not stand there. */
function transition(expects: string, token: string, open: string[]): string | undefined {
  const afterValue = () => (open.length === 0 ? 'end' : 'separator');
  const close = (bracket: string) => {
    if (open.pop() !== bracket) return undefined;
    return afterValue();
  };
  switch (expects) {
    case 'first key':
      if (token === '}') return close('{');
      return token === 'string' ? 'colon' : undefined;
    case 'key':
      return token === 'string' ? 'colon' : undefined;
    case 'colon':
      return token === ':' ? 'value' : undefined;
    case 'separator':
      if (token === ',') return open.at(-1) === '{' ? 'key' : 'value';
      if (token === '}') return close('{');
      return token === ']' ? close('[') : undefined;
    case 'first value':
      if (token === ']') return close('[');
      return valueStart(token, open, afterValue);
    case 'value':
      return valueStart(token, open, afterValue);
    default:
      return undefined;
  }
}

function valueStart(token: string, open: string[], afterValue: () => string): string | undefined {
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'first key' : 'first value';
  }
  return token === 'string' || token === 'scalar' ? afterValue() : undefined;
}
