import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The name of a workspace's folder in a project. */
export const WORKSPACE_NAME = '.pegasus';

/** The workspace when none is named: the nearest `.pegasus/` at or above `start`, else the user's own. */
export function findWorkspace(start: string, environment: Environment): string {
  for (let at = resolve(start); ; at = dirname(at)) {
    const candidate = join(at, WORKSPACE_NAME);
    if (existsSync(candidate)) return candidate;
    if (dirname(at) === at) return userFolder(environment, 'XDG_DATA_HOME', '.local/share');
  }
}

/** Where the prompt's history is kept. */
export function historyFile(environment: Environment): string {
  return join(userFolder(environment, 'XDG_STATE_HOME', '.local/state'), 'history');
}

function userFolder(environment: Environment, variable: string, usual: string): string {
  const named = environment[variable];
  // The XDG specification: a relative path is as good as none.
  const base = named?.startsWith('/') ? named : join(environment.HOME ?? homeDirectory(), usual);
  return join(base, 'pegsh');
}

/** Loads the part of Node.js for it only here: hardly anybody is without HOME. */
function homeDirectory(): string {
  return process.getBuiltinModule('node:os').homedir();
}
