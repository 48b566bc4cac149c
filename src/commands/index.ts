import type { CommandEntry } from './command.ts';

type Load = CommandEntry['load'];

function pegsh(name: string, load: Load, ...aliases: string[]): CommandEntry {
  return { dialect: 'pegsh', name, aliases, needsWord: false, load };
}

/** Every command of every dialect. Dispatch, help, completion and the manifest read this and nothing else. */
export const COMMANDS: readonly CommandEntry[] = [pegsh('version', () => import('./pegsh/version.ts'))];
