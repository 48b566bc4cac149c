import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandEntry, NewWorkspace, Shell, Workspace } from '../commands/command.ts';
import { UsageError } from '../errors.ts';
import type { Backend } from './backend.ts';
import type { Dispatcher } from './dispatch.ts';
import { GLOBAL_FLAGS, type Globals } from './globals.ts';
import type { HeldOutput } from './held-output.ts';
import type { Surroundings } from './run.ts';

export interface ServiceParts {
  readonly globals: Globals;
  readonly surroundings: Surroundings;
  readonly commands: readonly CommandEntry[];
  readonly backend: Backend;
  readonly output: HeldOutput;
  /** Where `init` makes a workspace. */
  readonly newWorkspace: string;
}

/** What commands may ask of the shell around them. */
export function createServices(parts: ServiceParts, dispatcher: Dispatcher): Shell {
  const { workingDirectory } = parts.surroundings;
  const pathOf = (typed: string): string => resolve(workingDirectory, typed);
  return {
    commands: parts.commands,
    globalFlags: GLOBAL_FLAGS.map(({ short, long, value, environment = '', summary }) => ({
      form: `${short === undefined ? '    ' : `${short}, `}${long}${value === undefined ? '' : ` ${value}`}`,
      environment,
      summary,
    })),
    workspace: workspaceOf(parts),
    async runFile(path, { keepGoing }) {
      const { runScript, withoutReturn } = await import('./script.ts');
      const lines = readText(pathOf(path), path).split('\n').map(withoutReturn);
      return runScript(lines, dispatcher, { name: path, keepGoing, stderr: parts.output.stderr });
    },
    async checkDocument(path, { update }) {
      const [{ runDocument }, { unifiedDiff }] = await Promise.all([
        import('./document.ts'),
        import('./unified-diff.ts'),
      ]);
      const text = readText(pathOf(path), path);
      const outcome = await runDocument(text, workingDirectory);
      if (update && outcome.text !== text) writeFileSync(pathOf(path), outcome.text);
      return { steps: outcome.steps, failed: outcome.failed, diff: unifiedDiff(path, text, outcome.text) };
    },
    async rehearse({ keepIn }, work) {
      const { rehearse } = await import('./rehearse.ts');
      const directory = keepIn === undefined ? undefined : pathOf(keepIn);
      return rehearse(parts, { directory, signal: dispatcher.signal }, work);
    },
  };
}

function readText(path: string, typed: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new UsageError(`cannot read ${typed}: ${code === 'ENOENT' ? 'there is no such file' : code}`);
  }
}

function workspaceOf({ backend, newWorkspace }: ServiceParts): Workspace {
  return {
    directory: backend.directory,
    async create(options: NewWorkspace): Promise<string> {
      if (await backend.holdsWorkspace(newWorkspace)) {
        throw new UsageError(
          `there is a workspace in ${newWorkspace} already`,
          '`pegsh reset --yes` empties it; `-w DIR` names another place',
        );
      }
      backend.close();
      await backend.open({ ...options, directory: newWorkspace });
      return newWorkspace;
    },
    async reset(options: NewWorkspace): Promise<void> {
      await backend.erase();
      await backend.open({ ...options, directory: backend.directory });
    },
  };
}
