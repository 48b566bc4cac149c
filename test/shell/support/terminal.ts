import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { MemoryFileSystem, memoryHost } from '../../../src/host/memory-fs.ts';
import { stripAnsi } from '../../../src/output/ansi.ts';
import { Backend } from '../../../src/shell/backend.ts';
import { globalsOfEnvironment } from '../../../src/shell/globals.ts';
import { History } from '../../../src/shell/prompt/history.ts';
import { repl } from '../../../src/shell/prompt/repl.ts';
import { prepare } from '../../../src/shell/run.ts';

/**
 * A person at a terminal: types keys, and waits for what should appear.
 *
 * @param folder where the history is kept
 * @param isCapable whether the terminal can place its cursor
 * @param neighbour a process that is alive besides
 * @param whileWaiting called with every wait of a command
 */
export function startShell(
  folder: string,
  { isCapable = false, environment = {}, neighbour = 0, whileWaiting = () => {} } = {},
) {
  const fs = new MemoryFileSystem();
  const alone = memoryHost(() => 0, fs);
  const host = { ...alone, isAlive: (pid: number) => pid === alone.pid || pid === neighbour };
  const backend = new Backend({ directory: '/w', host: async () => host, seed: 1, clock: 'manual' });
  const input = new PassThrough();
  const output = new PassThrough();
  const writer = { write: (text: string | Uint8Array) => void output.write(text) };
  const run = prepare(globalsOfEnvironment({ NO_COLOR: '1', ...environment }), {
    environment: {},
    workingDirectory: folder,
    stdout: writer,
    stderr: writer,
    stdin: input,
    stdinIsTerminal: true,
    stdoutIsTerminal: true,
    screen: { size: { columns: 80, rows: 24 }, onResize: () => () => {} },
    readerGone: new AbortController().signal,
    sleep() {
      whileWaiting();
      return new Promise(setImmediate);
    },
    host: async () => host,
    backend,
    onInterrupt: () => () => {},
  });
  const history = join(folder, 'state', 'history');
  const ended = repl({
    input,
    output,
    run,
    history: new History(history),
    isCapable,
  });
  let seen = '';
  let onMore = (): void => {};
  output.on('data', (chunk: Buffer) => {
    seen += stripAnsi(chunk.toString());
    onMore();
  });
  /** Waits until `text` appears after what was waited for before, and forgets all up to it. */
  async function sees(text: string): Promise<void> {
    while (!seen.includes(text)) {
      await new Promise<void>((resolve) => {
        onMore = resolve;
      });
    }
    seen = seen.slice(seen.indexOf(text) + text.length);
  }
  return { fs, history, ended, sees, types: (keys: string) => void input.write(keys) };
}
