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
 * @param onGone the reader has
 */
export function standardOutput(fd: number, open: () => Output, onGone: () => void): Writer {
  let stream: Output | undefined;
  let room = PIPE_BYTES;
  let isClosed = false;

  function close(): void {
    isClosed = true;
    onGone();
  }

  function throughStream(bytes: Uint8Array): void {
    if (stream === undefined) {
      stream = open();
      stream.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE') throw error;
        close();
      });
    }
    stream.write(bytes);
  }

  return {
    write(text) {
      if (isClosed || text.length === 0) return;
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      const direct = stream === undefined && bytes.length <= room ? writeNow(fd, bytes) : 0;
      if (direct === 'closed') close();
      else {
        room -= direct;
        if (direct < bytes.length) throughStream(bytes.subarray(direct));
      }
    },
  };
}

/** @returns how many bytes were taken before the reader would have had to be waited for */
function writeNow(fd: number, bytes: Uint8Array): number | 'closed' {
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(fd, bytes, written);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPIPE') return 'closed';
    if (code !== 'EAGAIN') throw error;
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
