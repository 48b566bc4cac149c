import type { ArgSpec, FlagSpec } from '../../grammar/grumble.ts';

/** A command of admin-cli that pegsh does not have: its help is here, and what is wrong with its words. */
export interface Declared {
  readonly name: string;
  readonly help: string;
  readonly usage?: string;
  readonly flags?: readonly FlagSpec[];
  readonly args?: readonly ArgSpec[];
  readonly needsTable?: boolean;
  /** It has sub-commands and does nothing itself. */
  readonly isParent?: boolean;
}
