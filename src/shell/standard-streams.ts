import { fstatSync, writeSync } from 'node:fs';
import type { Writer } from '../commands/command.ts';

/** What a pipe takes without anybody reading: up to there, writing at once does not make the process wait. */
const PIPE_BYTES = 64 * 1024;

type Output = Pick<NodeJS.WriteStream, 'write' | 'on'>;

/**
 * Writes to a standard stream, and lets Node.js make its stream object, which takes as long as a short command, only
 * where more is written than fits a pipe.
 *
 * A reader that has gone (`pegsh … | head`) has seen enough: nothing is wrong, and what else is written goes nowhere.
 *
 * @param onEnd nothing more is taken: the reader has gone, or the file cannot be written (`ENOSPC`, say)
 */
export function standardOutput(fd: number, open: () => Output, onEnd: (refusal?: Error) => void): Writer {
  let stream: Output | undefined;
  let room = PIPE_BYTES;
  let isClosed = false;

  function end(error: NodeJS.ErrnoException): void {
    if (isClosed) return;
    isClosed = true;
    onEnd(error.code === 'EPIPE' ? undefined : error);
  }

  function throughStream(bytes: Uint8Array): void {
    if (stream === undefined) {
      stream = open();
      stream.on('error', end);
    }
    stream.write(bytes);
  }

  return {
    write(text) {
      if (isClosed || text.length === 0) return;
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      try {
        const direct = stream === undefined && bytes.length <= room ? writeNow(fd, bytes) : 0;
        room -= direct;
        if (direct < bytes.length) throughStream(bytes.subarray(direct));
      } catch (error) {
        end(error as NodeJS.ErrnoException);
      }
    },
  };
}

/** @returns how many bytes were taken before the reader would have had to be waited for */
function writeNow(fd: number, bytes: Uint8Array): number {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
  return written;
}

/** Whether a descriptor is a terminal; asks `isatty` only of what may be one, since that loads Node's network code. */
export function isTerminal(fd: number, isatty: () => boolean): boolean {
  try {
    return fstatSync(fd).isCharacterDevice() && isatty();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBADF') return false;
    throw error;
  }
}
