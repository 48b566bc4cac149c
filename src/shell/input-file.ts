import { constants, openSync, readFileSync, statSync } from 'node:fs';
import { Interrupted, UsageError } from '../errors.ts';
import { refusalText } from '../host/refusals.ts';
import { examplePath } from '../host/shipped-files.ts';

/** How the writer of a pipe is waited for. @returns what `read` does, which `signal` ends */
export type Await = (read: (signal: AbortSignal | undefined) => Promise<Uint8Array>) => Promise<Uint8Array>;

/**
 * A whole file; of `examples/…` where there is none, the one that comes with pegsh. The writer of a pipe is waited for in
 * turns of the event loop: a thread that waits in the system would hear no Ctrl-C, and the process could not end.
 *
 * @param typed what errors call it
 * @throws UsageError when it cannot be read
 * @throws Interrupted
 */
export async function readInputFile(path: string, typed: string, awaited: Await): Promise<Uint8Array> {
  const shipped = typed.startsWith('examples/') ? examplePath(typed.slice('examples/'.length)) : undefined;
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFIFO() === true) return await awaited((signal) => readPipe(path, signal));
    return readFileSync(found === undefined ? (shipped ?? path) : path);
  } catch (error) {
    if (error instanceof Interrupted) throw error;
    const { code = '' } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : refusalText(code);
    throw new UsageError(`cannot read ${typed}: ${why}`);
  }
}

/** Up to where its writers have closed it. */
async function readPipe(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const { Socket } = await import('node:net');
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const parts: Buffer[] = [];
  try {
    const pipe = new Socket({ fd, readable: true, writable: false, ...(signal && { signal }) });
    for await (const part of pipe) parts.push(part);
  } catch (error) {
    throw signal?.aborted === true ? new Interrupted() : error;
  }
  return Buffer.concat(parts);
}
