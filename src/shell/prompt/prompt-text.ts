import type { Session } from '../../commands/command.ts';
import { bold } from '../../output/ansi.ts';
import { sanitize } from '../../output/sanitize.ts';
import type { Globals } from '../globals.ts';

/** What the original programs ask with (`src/shell/main.cpp`; admin-cli's `shell/shell.go`). */
const PLAIN: Readonly<Record<Session['dialect'], string>> = {
  'cpp-shell': '>>> ',
  'admin-cli': 'Pegasus-AdminCli-1.2.0 » ',
};

/** `cluster:table> `, or the prompt of the dialect's own program. */
export function promptOf({ cluster, table, dialect }: Session, globals: Globals, color = false): string {
  if (globals.plainPrompt) return PLAIN[dialect];
  const place = sanitize(table === '' ? cluster : `${cluster}:${table}`);
  return `${color && !globals.noColor ? bold(place) : place}> `;
}
