import type { FlagSpec } from '../../grammar/grumble.ts';

/** A command of admin-cli that pegsh does not have, but its help. */
export interface Declared {
  readonly name: string;
  readonly help: string;
  readonly flags?: readonly FlagSpec[];
}
