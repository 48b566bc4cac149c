import type { Host } from '../engine/storage/host.ts';
import { invoke } from './invoke.ts';
import type { Run, Surroundings } from './run.ts';
import { StandardInput } from './standard-input.ts';
import { isTerminal, standardOutput } from './standard-streams.ts';

const USUAL_SIZE = { columns: 80, rows: 24 };

/** Runs pegsh in this process and returns its exit code. Ends when all is written, never by force. */
export async function main(
  program: NodeJS.Process,
  argv: readonly string[] = program.argv.slice(2),
): Promise<number> {
  const reader = new Reader();
  const surroundings = surroundingsOf(program, reader);
  const code = await invoke(argv, surroundings);
  if (reader.refusal === undefined) return code;
  surroundings.stderr.write(`error: stdout cannot be written: ${reader.refusal.message}\n`);
  return code || 1;
}

/** The process's streams are touched when something needs them: each takes milliseconds to make. */
function surroundingsOf(program: NodeJS.Process, reader: Reader): Surroundings {
  const { env: environment } = program;
  const stdoutIsTerminal = isTerminal(1, () => program.stdout.isTTY === true);
  let host: Promise<Host> | undefined;
  return {
    environment,
    workingDirectory: program.cwd(),
    stdout: standardOutput(1, () => program.stdout, reader.leave),
    stderr: standardOutput(2, () => program.stderr, reader.leave),
    stdin: new StandardInput(() => program.stdin),
    get stdinIsTerminal() {
      return isTerminal(0, () => program.stdin.isTTY === true);
    },
    stdoutIsTerminal,
    screen: {
      get size() {
        return {
          columns: program.stdout.columns || Number(environment.COLUMNS) || USUAL_SIZE.columns,
          rows: program.stdout.rows || USUAL_SIZE.rows,
        };
      },
      onResize(listener) {
        program.stdout.on('resize', listener);
        return () => program.stdout.off('resize', listener);
      },
    },
    get readerGone() {
      return reader.gone;
    },
    sleep: async (ms, signal) => (await import('./sleep.ts')).sleep(ms, signal),
    host: () => {
      host ??= import('../host/node-host.ts').then(({ nodeHost }) => nodeHost());
      return host;
    },
    onInterrupt(stop) {
      // Once: a second Ctrl-C ends the process in the usual way.
      program.once('SIGINT', stop);
      program.once('SIGTERM', stop);
      return () => {
        program.off('SIGINT', stop);
        program.off('SIGTERM', stop);
      };
    },
    startRepl: (run) => startRepl(run, program),
  };
}

/** Who reads what is written. */
class Reader {
  #controller: AbortController | undefined;
  #isGone = false;
  /** Why what was to be read cannot be written. */
  refusal: Error | undefined;

  get gone(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isGone) this.#controller.abort();
    return this.#controller.signal;
  }

  readonly leave = (refusal?: Error): void => {
    this.refusal ??= refusal;
    this.#isGone = true;
    this.#controller?.abort();
  };
}

async function startRepl(run: Run, program: NodeJS.Process): Promise<number> {
  const [{ repl }, { History }, { historyFile }] = await Promise.all([
    import('./prompt/repl.ts'),
    import('./prompt/history.ts'),
    import('./places.ts'),
  ]);
  // Ctrl-C reaches us too while a pager has the terminal; the prompt itself reads it as a key.
  program.on('SIGINT', () => {});
  return repl({
    input: program.stdin,
    output: program.stdout,
    run,
    history: new History(historyFile(program.env)),
    isCapable: program.env.TERM !== 'dumb',
    environment: program.env,
    suspend(onBack) {
      program.once('SIGCONT', onBack);
      program.kill(program.pid, 'SIGTSTP');
    },
  });
}
