import { invoke } from './invoke.ts';
import type { Run, Surroundings } from './run.ts';

const USUAL_WIDTH = 80;

/** Runs pegsh in this process and returns its exit code. Ends when all is written, never by force. */
export async function main(
  program: NodeJS.Process,
  argv: readonly string[] = program.argv.slice(2),
): Promise<number> {
  // A reader that has gone (`pegsh … | head`) has seen enough: nothing is wrong.
  program.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return invoke(argv, surroundingsOf(program));
}

function surroundingsOf(program: NodeJS.Process): Surroundings {
  const { env: environment, stdin, stdout, stderr } = program;
  return {
    environment,
    workingDirectory: program.cwd(),
    stdout: { write: (text) => void stdout.write(text) },
    stderr: { write: (text) => void stderr.write(text) },
    stdin,
    stdinIsTerminal: stdin.isTTY === true,
    stdoutIsTerminal: stdout.isTTY === true,
    width: stdout.columns ?? (Number(environment.COLUMNS) || USUAL_WIDTH),
    host: async () => (await import('../host/node-host.ts')).nodeHost(),
    onInterrupt(stop) {
      // Once: a second Ctrl-C ends the process in the usual way.
      program.once('SIGINT', stop);
      return () => program.off('SIGINT', stop);
    },
    startRepl: (run) => startRepl(run, program),
  };
}

async function startRepl(
  { globals, dispatcher, backend, questions }: Run,
  program: NodeJS.Process,
): Promise<number> {
  const [{ repl }, { History }, { historyFile }] = await Promise.all([
    import('./repl.ts'),
    import('./history.ts'),
    import('./places.ts'),
  ]);
  return repl({
    input: program.stdin,
    output: program.stdout,
    dispatcher,
    history: new History(historyFile(program.env)),
    questions,
    plainPrompt: globals.plainPrompt,
    onWait: () => backend.suspend(),
  });
}
