import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type {
  DocumentCheck,
  NewWorkspace,
  RunFileOptions,
  ServeAudience,
  Shell,
  Workspace,
} from '../commands/shell.ts';
import { Interrupted, UsageError } from '../errors.ts';
import type { Backend } from './backend.ts';
import type { Dispatcher } from './dispatch.ts';
import { GLOBAL_FLAGS, type Globals } from './globals.ts';
import type { HeldOutput } from './held-output.ts';
import { openOutputFile, unwrittenFile } from './output-file.ts';
import type { CommandIndex } from './resolve.ts';
import type { Surroundings } from './run.ts';
import type { IncomingLines } from './script/lines.ts';

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
  const { backend, surroundings, output } = parts;
  const pathOf = (typed: string): string => resolve(surroundings.workingDirectory, typed);
  return {
    pause: (ms) => pause(parts, ms, dispatcher.signal),
    get readsLines() {
      return dispatcher.readsLines;
    },
    commands: parts.commands.commands,
    get globalFlags() {
      return GLOBAL_FLAGS.map(flagShown);
    },
    workspace: workspaceOf(parts),
    runFile: (path, options) => runFile(parts, dispatcher, path, options),
    readFile: (path) => readFile(parts, dispatcher, path),
    async openFile(path) {
      if (dispatcher.globals.dryRun) return unwrittenFile((bytes) => tellUnwritten(output, path, bytes));
      const { signal } = dispatcher;
      return openOutputFile(pathOf(path), path, (ms) => waited(surroundings, ms, signal));
    },
    async privateLog(directory) {
      const { readPrivateLog } = await import('./private-log.ts');
      return readPrivateLog(pathOf(directory), directory);
    },
    answered: () => dispatcher.answered,
    async complete(words, partial) {
      const { completeFor } = await import('./completion/for-shells.ts');
      return completeFor(words, partial, { ...parts, session: dispatcher.session });
    },
    checkDocument: (path, options) => checkDocument(parts, dispatcher, path, options),
    coverage: async () => (await import('../server/coverage.ts')).coverage(),
    async serve(request, audience) {
      const { serve } = await import('./serve.ts');
      return serve(request, {
        backend,
        host: surroundings.host,
        pathOf,
        signal: dispatcher.signal,
        audience: flushing(audience, () => output.flush()),
      });
    },
    async simulate(seed, length) {
      const { simulate } = await import('../sim/simulate.ts');
      return simulate(seed, length, () => backend.beforeCall());
    },
    async rehearse({ keepIn }, work) {
      const { rehearse } = await import('./rehearse.ts');
      const directory = keepIn === undefined ? undefined : pathOf(keepIn);
      return rehearse(parts, { directory, signal: dispatcher.signal }, work);
    },
  };
}

async function pause(
  { output, backend, surroundings }: ServiceParts,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  output.flush();
  await backend.suspendedFor(() => waited(surroundings, ms, signal));
}

/** @throws Interrupted */
async function waited(
  surroundings: Surroundings,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  await surroundings.sleep(ms, signal);
  if (signal?.aborted === true) throw new Interrupted();
}

function flagShown({ short, long, value, environment = '', summary }: (typeof GLOBAL_FLAGS)[number]) {
  const names = short === undefined ? `    ${long}` : `${short}, ${long}`;
  return { form: value === undefined ? names : `${names} ${value}`, environment, summary };
}

async function runFile(
  parts: ServiceParts,
  dispatcher: Dispatcher,
  path: string,
  options: RunFileOptions,
): Promise<number> {
  const { globals, surroundings, backend } = parts;
  const [{ runScript }, { withRunner }, lines] = await Promise.all([
    import('./script/run-script.ts'),
    import('./script/runner.ts'),
    path === '-' ? stdinLines(surroundings) : linesOfFile(parts, dispatcher, path),
  ]);
  const script = {
    name: path === '-' ? 'stdin' : path,
    keepGoing: options.keepGoing || globals.keepGoing,
    timing: options.timing || globals.timing,
    variables: { positional: options.args, named: surroundings.environment },
  };
  return withRunner({ dispatcher, backend }, surroundings, (runner) => runScript(lines, runner, script));
}

/** Of a dry run. */
function tellUnwritten({ stderr }: HeldOutput, typed: string, bytes: number): void {
  stderr.write(`pegsh: would write ${bytes} bytes to ${typed}\n`);
}

async function checkDocument(
  parts: ServiceParts,
  dispatcher: Dispatcher,
  typed: string,
  { update }: { readonly update: boolean },
): Promise<DocumentCheck> {
  const [{ runDocument }, { unifiedDiff }] = await Promise.all([
    import('./document.ts'),
    import('./unified-diff.ts'),
  ]);
  const { workingDirectory } = parts.surroundings;
  const text = await readText(parts, dispatcher, typed);
  const outcome = await runDocument(text, workingDirectory);
  if (update && outcome.text !== text) writeFileSync(resolve(workingDirectory, typed), outcome.text);
  return { steps: outcome.steps, failed: outcome.failed, diff: unifiedDiff(typed, text, outcome.text) };
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

async function linesOfFile(parts: ServiceParts, dispatcher: Dispatcher, typed: string): Promise<string[]> {
  const { withoutReturn } = await import('./script/lines.ts');
  return (await readText(parts, dispatcher, typed)).replace(/\n$/, '').split('\n').map(withoutReturn);
}

async function stdinLines({ stdin, stdinIsTerminal }: Surroundings): Promise<IncomingLines> {
  if (stdinIsTerminal) throw new UsageError('`run -` runs what comes through a pipe: stdin is the keyboard');
  const { linesOf } = await import('./script/lines.ts');
  return linesOf(stdin);
}

async function readText(parts: ServiceParts, dispatcher: Dispatcher, typed: string): Promise<string> {
  return Buffer.from(await readFile(parts, dispatcher, typed)).toString('utf8');
}

/** Who writes into a pipe may need the workspace for what it writes. */
async function readFile(
  { surroundings, backend, output }: ServiceParts,
  dispatcher: Dispatcher,
  typed: string,
): Promise<Uint8Array> {
  const { readInputFile } = await import('./input-file.ts');
  return readInputFile(resolve(surroundings.workingDirectory, typed), typed, (read) => {
    output.flush();
    return backend.suspendedFor(() => read(dispatcher.signal));
  });
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
