import type { AnyCommand, Dialect } from './command.ts';

/** One line of the table: what a command answers to, known without loading it. */
export interface CommandEntry {
  readonly dialect: Dialect;
  /** The words typed: `duplication add`, `add_dup`, `cluster create`. */
  readonly name: string;
  readonly aliases: readonly string[];
  load(): Promise<{ readonly default: AnyCommand }>;
}

type Load = CommandEntry['load'];

function pegsh(name: string, load: Load, ...aliases: string[]): CommandEntry {
  return { dialect: 'pegsh', name, aliases, load };
}

/** Every command of every dialect. Dispatch, help, completion and the manifest read this and nothing else. */
export const COMMANDS: readonly CommandEntry[] = [pegsh('version', () => import('./pegsh/version.ts'))];
