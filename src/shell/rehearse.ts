import type { LineResult } from '../commands/shell.ts';
import { Interrupted, UsageError } from '../errors.ts';
import { Disposable } from './disposable.ts';
import type { ServiceParts } from './services.ts';

export interface Rehearsal {
  /** Where the other workspace is kept; absent: in memory only. */
  readonly directory: string | undefined;
  /** Of the command that rehearses. */
  readonly signal: AbortSignal | undefined;
}

/** Runs `work` with lines of another, new workspace: manual clock, seed 1. */
export async function rehearse<R>(
  { globals, surroundings }: ServiceParts,
  { directory, signal }: Rehearsal,
  work: (runLine: (line: string) => Promise<LineResult>) => Promise<R>,
): Promise<R> {
  const host = await surroundings.host();
  if (directory !== undefined && host.fs.list(directory).length > 0) {
    throw new UsageError(
      `there is something in ${directory} already`,
      'name a folder that is empty or not there',
    );
  }
  const stage = new Disposable({
    workingDirectory: surroundings.workingDirectory,
    environment: globals.noColor ? { NO_COLOR: '1' } : {},
    place: directory === undefined ? undefined : { directory, host },
    checked: false,
  });
  const stop = (): void => stage.interrupt();
  signal?.addEventListener('abort', stop);
  try {
    return await work(async (line) => {
      if (signal?.aborted === true) throw new Interrupted();
      return stage.runLine(line);
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    stage.dispose();
  }
}
