import { exitCodeOf } from '../errors.ts';
import { globalsOfEnvironment, readGlobals } from './globals.ts';
import { monotonicMs } from './monotonic.ts';
import { failureJson, failureOf, failureText } from './report-error.ts';
import { prepare, type Run, type Surroundings } from './run.ts';

/** Runs one command line, the words after `pegsh`. Returns the exit code; what went wrong is shown already. */
export async function invoke(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const { environment, stdout, stderr } = surroundings;
  let globals = globalsOfEnvironment({ PEGSH_JSON: environment.PEGSH_JSON });
  try {
    const read = readGlobals(argv, globalsOfEnvironment(environment));
    globals = read.globals;
    return await start(prepare(globals, surroundings), read.rest, surroundings);
  } catch (error) {
    const failure = failureOf(error);
    if (globals.json) stdout.write(failureJson(failure));
    else stderr.write(failureText(failure, 'pegsh'));
    return exitCodeOf(error);
  }
}

async function start(run: Run, words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { dispatcher, backend } = run;
  const forget = surroundings.onInterrupt(() => dispatcher.interrupt());
  try {
    const code = await runMode(run, words, surroundings);
    return dispatcher.flush() || code;
  } finally {
    forget();
    if (backend !== surroundings.backend) await backend.closing();
  }
}

/** One command, `-c`, a script on stdin, or the prompt. */
async function runMode(run: Run, words: readonly string[], surroundings: Surroundings): Promise<number> {
  const { environment, stdoutIsTerminal, startRepl } = surroundings;
  const { globals, backend } = run;
  const isCommand = globals.command === undefined && words.length > 0;
  if (isCommand || globals.help || globals.version) return runCommand(run, words);
  if (globals.command === undefined && stdoutIsTerminal && surroundings.stdinIsTerminal && startRepl)
    return startRepl(run);
  const [{ runScript }, { linesOf }, { withRunner }] = await Promise.all([
    import('./script/run-script.ts'),
    import('./script/lines.ts'),
    import('./script/runner.ts'),
  ]);
  const script = { keepGoing: globals.keepGoing, timing: globals.timing };
  if (globals.command !== undefined) {
    const { splitLines } = await import('./tokens.ts');
    const variables = { named: environment, ...(words.length > 0 ? { positional: words } : {}) };
    const lines = splitLines(globals.command);
    const options = { ...script, name: '-c', variables };
    return withRunner(run, surroundings, (runner) => runScript(lines, runner, options));
  }
  const lines = linesOf(surroundings.stdin);
  const options = { ...script, name: 'stdin', variables: { named: environment } };
  return withRunner(run, surroundings, (runner) => {
    const waiting = { begins: () => void runner.flush(), lasts: () => backend.suspend() };
    return runScript(lines, runner, { ...options, waiting });
  });
}

async function runCommand({ globals, dispatcher, output }: Run, words: readonly string[]): Promise<number> {
  const begun = monotonicMs();
  const exitCode = await dispatcher.runWords(words);
  if (globals.timing) output.stderr.write(`${(monotonicMs() - begun).toFixed(1)} ms\n`);
  return exitCode;
}
