import { exitCodeOf, UsageError } from '../errors.ts';
import { globalsOfEnvironment, readGlobals } from './globals.ts';
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
    if (surroundings.backend === undefined) backend.close();
  }
}

/** One command, `-c`, a script on stdin, or the prompt. */
async function runMode(
  run: Run,
  words: readonly string[],
  { stdin, stdinIsTerminal, stdoutIsTerminal, startRepl }: Surroundings,
): Promise<number> {
  const { globals, dispatcher, output, backend } = run;
  if (globals.command !== undefined && words.length > 0) {
    throw new UsageError(`-c and a command are too much: "${words[0]}"`);
  }
  if (words.length > 0 || globals.help || globals.version) return dispatcher.runWords(words);
  if (globals.command === undefined && stdinIsTerminal && stdoutIsTerminal && startRepl)
    return startRepl(run);
  const { runScript, linesOf } = await import('./script.ts');
  const script = { keepGoing: globals.keepGoing, stderr: output.stderr };
  if (globals.command !== undefined) {
    const { splitLines } = await import('./tokens.ts');
    return runScript(splitLines(globals.command), dispatcher, { ...script, name: '-c' });
  }
  const onIdle = (): void => {
    dispatcher.flush();
    backend.suspend();
  };
  return runScript(linesOf(stdin), dispatcher, { ...script, name: 'stdin', onIdle });
}
