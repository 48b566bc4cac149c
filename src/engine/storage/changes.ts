import type { Appended } from './appended.ts';
import type { KeyChanges } from './document.ts';

/** What a group of commits changes, by path: one record of the journal. Removals come before all else. */
export interface Changes {
  readonly removed: readonly string[];
  readonly documents: ReadonlyMap<string, KeyChanges>;
  readonly logs: ReadonlyMap<string, Appended>;
  readonly files: ReadonlyMap<string, string>;
  /** Immutable files that are there already, and are not removed with what was there before. */
  readonly kept: readonly string[];
}
