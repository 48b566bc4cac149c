import { fstatSync, write, writeSync } from 'node:fs';
import type { Stdout } from './held-output.ts';

/** What a pipe takes without anybody reading: up to there, writing at once does not make the process wait. */
const PIPE_BYTES = 64 * 1024;

/** What may wait for its reader, in bytes, before it is asked to be waited for. */
const FAR_BEHIND = 4 * 1024 * 1024;

type Output = Pick<NodeJS.WritableStream, 'write' | 'on'>;

/** Has something written, after what it was given before. */
type Take = (bytes: Uint8Array) => void;

/**
 * Writes to a standard stream. What fits a pipe is written at once. What more there is goes through Node.js's stream object,
 * which takes as long to make as a short command; the reader of a long answer is waited for on a thread.
 *
 * A reader that has gone (`pegsh … | head`) has seen enough: nothing is wrong, and what else is written goes nowhere.
 *
 * @param onEnd nothing more is taken: the reader has gone, or the file cannot be written (`ENOSPC`, say)
 */
export function standardOutput(
  fd: number,
  open: () => Output,
  onEnd: (refusal?: Error) => void,
): Required<Stdout> {
  let take: Take | undefined;
  let room = PIPE_BYTES;
  let isClosed = false;
  /** Bytes that wait for the reader. */
  let unread = 0;
  const tellRead: (() => void)[] = [];

  function taken(bytes: number): void {
    unread -= bytes;
    if (unread > 0 && !isClosed) return;
    for (const tell of tellRead.splice(0)) tell();
  }

  function end(error: NodeJS.ErrnoException): void {
    if (isClosed) return;
    isClosed = true;
    taken(0);
    onEnd(error.code === 'EPIPE' ? undefined : error);
  }

  function throughStream(): Take {
    const stream = open();
    stream.on('error', end);
    return (bytes) => stream.write(bytes, () => taken(bytes.length));
  }

  function throughThread(): Take {
    return writingOnThread(fd, taken, (error, rest) => {
      // Whoever else has the pipe wants nobody to wait in it.
      if (error.code !== 'EAGAIN') return end(error);
      take = throughStream();
      rest.forEach(take);
    });
  }

  return {
    write(text) {
      if (isClosed || text.length === 0) return;
      const bytes = typeof text === 'string' ? Buffer.from(text) : text;
      try {
        const direct = take === undefined && bytes.length <= room ? writeNow(fd, bytes) : 0;
        room -= direct;
        if (direct === bytes.length) return;
        take ??= bytes.length > PIPE_BYTES && isPipe(fd) ? throughThread() : throughStream();
        unread += bytes.length - direct;
        take(bytes.subarray(direct));
      } catch (error) {
        end(error as NodeJS.ErrnoException);
      }
    },
    untilRead() {
      if (isClosed || unread < FAR_BEHIND) return undefined;
      return new Promise((resolve) => tellRead.push(resolve));
    },
  };
}

function isPipe(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isFIFO() || stat.isSocket();
}

/**
 * @param taken told how many bytes were
 * @param refused told why something could not be written, and what else was not
 */
function writingOnThread(
  fd: number,
  taken: (bytes: number) => void,
  refused: (error: NodeJS.ErrnoException, rest: readonly Uint8Array[]) => void,
): Take {
  const waiting: Uint8Array[] = [];
  function next(): void {
    const [bytes] = waiting;
    if (bytes === undefined) return;
    write(fd, bytes, (error, written) => {
      if (error !== null) return refused(error, waiting.splice(0));
      if (written < bytes.length) waiting[0] = bytes.subarray(written);
      else waiting.shift();
      taken(written);
      next();
    });
  }
  return (bytes) => {
    if (waiting.push(bytes) === 1) next();
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
