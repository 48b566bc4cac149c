import { closeSync, openSync, write } from 'node:fs';
import type { OutputFile } from '../commands/shell.ts';
import { ClusterError, UsageError } from '../errors.ts';

/**
 * Makes a file, or empties it, to be written piece by piece. Written on a thread: the reader of a pipe is waited for while
 * Ctrl-C is heard.
 *
 * @param typed what errors call it
 * @throws UsageError when it cannot be opened
 */
export function openOutputFile(path: string, typed: string): OutputFile {
  const fd = opened(path, typed);
  return {
    async write(text) {
      try {
        for (let rest: Uint8Array = Buffer.from(text); rest.length > 0; )
          rest = rest.subarray(await written(fd, rest));
      } catch (error) {
        const said = (error as Error).message;
        throw new ClusterError('ERR_FILE_OPERATION_FAILED', `${typed} cannot be written: ${said}`);
      }
    },
    close: () => closeSync(fd),
  };
}

function opened(path: string, typed: string): number {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw new UsageError(`cannot write ${typed}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function written(fd: number, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) =>
    write(fd, bytes, (error, count) => (error === null ? resolve(count) : reject(error))),
  );
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
