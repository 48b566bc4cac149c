import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { OutputFile } from '../commands/shell.ts';
import { ClusterError, Interrupted, UsageError } from '../errors.ts';
import { refusalText } from '../host/refusals.ts';

/** How often a pipe is tried again that nobody reads, or not fast enough. */
const TRIED_EVERY_MS = 5;

/** Lets real time pass. @throws Interrupted */
type Wait = (ms: number) => Promise<void>;

/**
 * Makes a file, or empties it, to be written piece by piece. The reader of a pipe is waited for in turns of the event loop:
 * a thread that waits in the system would hear no Ctrl-C, and the process could not end.
 *
 * @param typed what errors call it
 * @throws UsageError when it cannot be opened
 * @throws Interrupted
 */
export async function openOutputFile(path: string, typed: string, wait: Wait): Promise<OutputFile> {
  const fd = await retried('ENXIO', wait, () => openSync(path, FOR_WRITING)).catch((error: unknown) => {
    if (error instanceof Interrupted) throw error;
    throw new UsageError(`cannot write ${typed}: ${refusalText(codeOf(error))}`);
  });
  return {
    async write(text) {
      try {
        for (let rest: Uint8Array = Buffer.from(text); rest.length > 0; )
          rest = rest.subarray(await retried('EAGAIN', wait, () => writeSync(fd, rest)));
      } catch (error) {
        if (error instanceof Interrupted) throw error;
        const said = (error as Error).message;
        throw new ClusterError('ERR_FILE_OPERATION_FAILED', `${typed} cannot be written: ${said}`);
      }
    },
    close: () => closeSync(fd),
  };
}

/** Where somebody has to be waited for, the system says so instead of waiting. */
const FOR_WRITING = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK;

/** @param code of the error with which the system says that it would have to wait */
async function retried<T>(code: string, wait: Wait, attempt: () => T): Promise<T> {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (codeOf(error) !== code) throw error;
    }
    await wait(TRIED_EVERY_MS);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}

/** What a dry run writes: nothing. @param told how many bytes it would have been, where it is some */
export function unwrittenFile(told: (bytes: number) => void): OutputFile {
  let bytes = 0;
  return {
    async write(text) {
      bytes += Buffer.byteLength(text);
    },
    close() {
      if (bytes > 0) told(bytes);
    },
  };
}
