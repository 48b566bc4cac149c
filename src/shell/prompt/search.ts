import type { Key } from './keyboard.ts';

/** Where a search in the history stands. */
export interface Search {
  readonly query: string;
  /** Index into the history, the youngest first; -1 while nothing is found. */
  readonly at: number;
}

/** What a key does to a search: it goes on, it is left with or without what was found, or the key is no business of it. */
export type SearchStep =
  | { readonly kind: 'goes on'; readonly search: Search }
  | { readonly kind: 'left' }
  | { readonly kind: 'taken' };

export const NEW_SEARCH: Search = { query: '', at: -1 };

/**
 * Ctrl-R further back, Ctrl-S forth, letters search for more of them; Escape, Ctrl-G and Ctrl-C leave it; any other key
 * takes what was found, and then does what it does.
 *
 * @param history the youngest first
 */
export function searchStep(
  search: Search,
  history: readonly string[],
  text: string | undefined,
  key: Key,
): SearchStep {
  const { query, at } = search;
  const goOn = (next: Search): SearchStep => ({ kind: 'goes on', search: next });
  if (key.ctrl && key.name === 'r') return goOn({ query, at: older(history, query, at + 1) ?? at });
  if (key.ctrl && key.name === 's') return goOn({ query, at: younger(history, query, at - 1) ?? at });
  if (key.name === 'escape' || (key.ctrl && (key.name === 'g' || key.name === 'c'))) return { kind: 'left' };
  if (key.name === 'backspace') {
    const shorter = query.slice(0, -1);
    return goOn({ query: shorter, at: shorter === '' ? -1 : (older(history, shorter, 0) ?? -1) });
  }
  if (text === undefined || key.ctrl || key.meta || !/^[^\x00-\x1f\x7f]+$/.test(text))
    return { kind: 'taken' };
  const longer = query + text;
  return goOn({ query: longer, at: older(history, longer, Math.max(at, 0)) ?? -1 });
}

function older(history: readonly string[], query: string, from: number): number | undefined {
  const found = history.findIndex((line, at) => at >= from && line.includes(query));
  return found < 0 || query === '' ? undefined : found;
}

function younger(history: readonly string[], query: string, from: number): number | undefined {
  const found = history.findLastIndex((line, at) => at <= from && line.includes(query));
  return found < 0 || query === '' ? undefined : found;
}
