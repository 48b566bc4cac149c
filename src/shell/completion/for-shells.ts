import type { Session } from '../../commands/command.ts';
import type { Completion } from '../../commands/shell.ts';
import type { Backend } from '../backend.ts';
import type { CommandIndex } from '../resolve.ts';
import { complete } from './complete.ts';
import { Names } from './names.ts';

/** Completes a line outside of the prompt; where there is no workspace, without names, and without making one. */
export async function completeFor(
  words: readonly string[],
  partial: string,
  { commands, session, backend }: { commands: CommandIndex; session: Session; backend: Backend },
): Promise<readonly Completion[]> {
  return complete(words, partial, {
    commands,
    session,
    async names(cluster) {
      if (!(await backend.holdsWorkspace())) return new Names(undefined, cluster);
      await backend.open();
      return new Names(backend, cluster === '' ? backend.currentCluster : cluster);
    },
  });
}
