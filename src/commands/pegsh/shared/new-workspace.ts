import { oneOf, readOwn, wholeNumber } from '../../grammar/own.ts';
import type { NewWorkspace } from '../../shell.ts';

export const NEW_WORKSPACE_USAGE = '[--seed N] [--clock manual|realtime]';

/** The flags of a command that makes a workspace. @throws UsageError */
export function readNewWorkspace(argv: readonly string[], command: string): NewWorkspace {
  const typed = readOwn(argv, { command, values: ['seed', 'clock'] });
  const seed = typed.value('seed');
  const clock = typed.value('clock');
  return {
    ...(seed === undefined ? {} : { seed: wholeNumber(seed, '--seed') }),
    ...(clock === undefined ? {} : { clock: oneOf(clock, ['manual', 'realtime'], '--clock') }),
  };
}
