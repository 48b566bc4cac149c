import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { NewWorkspace, ServeAudience, Shell, Workspace } from '../commands/shell.ts';
import { Interrupted, UsageError } from '../errors.ts';
import { examplePath } from '../host/shipped-files.ts';
import type { Backend } from './backend.ts';
import type { Dispatcher } from './dispatch.ts';
import { GLOBAL_FLAGS, type Globals } from './globals.ts';
import type { HeldOutput } from './held-output.ts';
import type { CommandIndex } from './resolve.ts';
import type { Surroundings } from './run.ts';

export interface ServiceParts {
  readonly globals: Globals;
  readonly surroundings: Surroundings;
  readonly commands: CommandIndex;
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
    async pause(ms) {
      const { signal } = dispatcher;
      parts.output.flush();
      parts.backend.suspend();
      await parts.surroundings.sleep(ms, signal);
      parts.backend.resume();
      if (signal?.aborted === true) throw new Interrupted();
    },
    get readsLines() {
      return dispatcher.readsLines;
    },
    commands: parts.commands.commands,
    get globalFlags() {
      return GLOBAL_FLAGS.map(({ short, long, value, environment = '', summary }) => ({
        form: `${short === undefined ? '    ' : `${short}, `}${long}${value === undefined ? '' : ` ${value}`}`,
        environment,
        summary,
      }));
    },
    workspace: workspaceOf(parts),
    async runFile(path, options) {
      const [{ runScript }, { withRunner }, lines] = await Promise.all([
        import('./script/run-script.ts'),
        import('./script/runner.ts'),
        path === '-' ? stdinLines(parts.surroundings) : linesOfFile(pathOf(path), path),
      ]);
      const script = {
        name: path === '-' ? 'stdin' : path,
        keepGoing: options.keepGoing || parts.globals.keepGoing,
        timing: options.timing || parts.globals.timing,
        variables: { positional: options.args, named: parts.surroundings.environment },
      };
      return withRunner({ dispatcher, backend: parts.backend }, parts.surroundings, (runner) =>
        runScript(lines, runner, script),
      );
    },
    readFile: (path) => readBytes(pathOf(path), path),
    saveFile(path, text) {
      if (dispatcher.globals.dryRun) {
        if (text !== '')
          parts.output.stderr.write(`pegsh: would write ${Buffer.byteLength(text)} bytes to ${path}\n`);
        return;
      }
      try {
        writeFileSync(pathOf(path), text);
      } catch (error) {
        throw new UsageError(`cannot write ${path}: ${(error as NodeJS.ErrnoException).code}`);
      }
    },
    answered: () => dispatcher.answered,
    async complete(words, partial) {
      const { completeFor } = await import('./completion/for-shells.ts');
      return completeFor(words, partial, { ...parts, session: dispatcher.session });
    },
    async checkDocument(path, { update }) {
      const [{ runDocument }, { unifiedDiff }] = await Promise.all([
        import('./document.ts'),
        import('./unified-diff.ts'),
      ]);
      const text = readBytes(pathOf(path), path).toString('utf8');
      const outcome = await runDocument(text, workingDirectory);
      if (update && outcome.text !== text) writeFileSync(pathOf(path), outcome.text);
      return { steps: outcome.steps, failed: outcome.failed, diff: unifiedDiff(path, text, outcome.text) };
    },
    coverage: async () => (await import('../server/coverage.ts')).coverage(),
    async serve(request, audience) {
      const { serve } = await import('./serve.ts');
      return serve(request, {
        backend: parts.backend,
        host: parts.surroundings.host,
        pathOf,
        signal: dispatcher.signal,
        audience: flushing(audience, () => parts.output.flush()),
      });
    },
    async simulate(seed, length) {
      const { simulate } = await import('../sim/simulate.ts');
      return simulate(seed, length, () => parts.backend.beforeCall());
    },
    async rehearse({ keepIn }, work) {
      const { rehearse } = await import('./rehearse.ts');
      const directory = keepIn === undefined ? undefined : pathOf(keepIn);
      return rehearse(parts, { directory, signal: dispatcher.signal }, work);
    },
  };
}

/** What is told while a command goes on is shown at once. */
function flushing({ ready, event, tick }: ServeAudience, flush: () => void): ServeAudience {
  const told =
    <A extends unknown[]>(tell: (...args: A) => void) =>
    (...args: A): void => {
      tell(...args);
      flush();
    };
  return { ready: told(ready), event: told(event), tick: told(tick) };
}

async function linesOfFile(path: string, typed: string): Promise<string[]> {
  const { withoutReturn } = await import('./script/lines.ts');
  return readBytes(path, typed).toString('utf8').replace(/\n$/, '').split('\n').map(withoutReturn);
}

async function stdinLines({ stdin, stdinIsTerminal }: Surroundings): Promise<AsyncIterable<string>> {
  if (stdinIsTerminal) throw new UsageError('`run -` runs what comes through a pipe: stdin is the keyboard');
  const { linesOf } = await import('./script/lines.ts');
  return linesOf(stdin);
}

function readBytes(path: string, typed: string): Buffer {
  const shipped = typed.startsWith('examples/') ? examplePath(typed.slice('examples/'.length)) : undefined;
  try {
    return readFileSync(existsSync(path) ? path : (shipped ?? path));
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
    check: (options) => backend.check(options),
    snapshots: () => backend.snapshots(),
  };
}
