import type { Writer } from '../../commands/command.ts';
import type { Run, Surroundings } from '../run.ts';

export type ReadLine = (prompt: string, signal: AbortSignal) => Promise<string | undefined>;

/** What runs the lines of a script, one after another. */
export interface LineRunner {
  readLine: ReadLine;
  readsLines: boolean;
  /** Returns its exit code; what went wrong is shown already. */
  runLine(line: string): Promise<number>;
  /** Shows what went wrong outside of a command. Returns its exit code. */
  report(error: unknown): Promise<number>;
  /** Of a script that ends itself. */
  leave(): Promise<void>;
  /** Where it is told how the script goes. */
  readonly progress: Writer;
  /** Shows all that was held back, and returns the exit code of that. */
  flush(): number;
  /** Why the line that failed last does not end the script; undefined where it does. */
  readonly excuse?: string | undefined;
}

/** Lends what runs the lines of a script: the dispatcher, or a rehearsal of it (`--dry-run`). */
export async function withRunner<R>(
  run: Pick<Run, 'dispatcher' | 'backend'>,
  surroundings: Surroundings,
  work: (runner: LineRunner) => Promise<R>,
): Promise<R> {
  const { globals, scripts } = run.dispatcher;
  if (!globals.dryRun || scripts !== run.dispatcher) return work(scripts);
  const { rehearsed } = await import('./rehearsal.ts');
  return rehearsed(run, surroundings, work);
}
