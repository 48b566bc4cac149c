import type { Damage } from '../storage/damage.ts';

/** What is wrong with one file of a workspace. */
export interface Finding {
  readonly path: string;
  /** A position inside the file, or empty. */
  readonly where: string;
  readonly what: string;
  /** `error`: something is lost or cannot be believed; `note`: something lies there that nothing needs. */
  readonly severity: 'error' | 'note';
}

export function findingOf({ path, where, what }: Pick<Damage, 'path' | 'where' | 'what'>): Finding {
  return { path, where, what, severity: 'error' };
}

export function missing(path: string, what = 'is missing'): Finding {
  return { path, where: '', what, severity: 'error' };
}

export function leftOver(path: string, what: string): Finding {
  return { path, where: '', what, severity: 'note' };
}
