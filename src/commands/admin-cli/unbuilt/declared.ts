import type { ArgSpec, FlagSpec, GrumbleResult } from '../../grammar/grumble.ts';

/** A command of admin-cli that pegsh does not have: its help is here, and what is wrong with its words. */
export interface Declared {
  readonly name: string;
  readonly help: string;
  readonly usage?: string;
  readonly flags?: readonly FlagSpec[];
  readonly args?: readonly ArgSpec[];
  /** What it says of its flags before it asks a cluster; undefined = nothing. */
  wrong?(flags: GrumbleResult['flags']): string | undefined;
}
