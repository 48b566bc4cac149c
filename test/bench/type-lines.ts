/** Types lines at the prompt, each when the prompt is there: what passes between Enter and the next prompt. */
import { PassThrough } from 'node:stream';
import { nodeHost } from '../../src/host/node-host.ts';
import { Backend } from '../../src/shell/backend.ts';
import { globalsOfEnvironment } from '../../src/shell/globals.ts';
import { History } from '../../src/shell/prompt/history.ts';
import { repl } from '../../src/shell/prompt/repl.ts';
import { prepare } from '../../src/shell/run.ts';

const [, , folder = '', count = ''] = process.argv;
const LINES = ['set user:1 name Ada', 'get user:1 name', 'query_dup bench', 'ttl user:1 name'];

const input = new PassThrough();
const output = new PassThrough();
const writer = { write: (text: string | Uint8Array) => void output.write(text) };
const backend = new Backend({ directory: `${folder}/typed`, host: async () => nodeHost() });
const run = prepare(globalsOfEnvironment({}), {
  environment: {},
  workingDirectory: folder,
  stdout: writer,
  stderr: writer,
  stdin: input,
  stdinIsTerminal: true,
  stdoutIsTerminal: true,
  screen: { size: { columns: 80, rows: 1000 }, onResize: () => () => {} },
  readerGone: new AbortController().signal,
  sleep: () => Promise.resolve(),
  host: async () => nodeHost(),
  backend,
  onInterrupt: () => () => {},
});
const typed = ['create table bench -p 8', 'use bench'];
for (let at = 0; at < Number(count); at++) typed.push(LINES[at % LINES.length]!);

let shown = '';
output.on('data', (chunk: Buffer) => {
  shown += chunk.toString();
  if (!/onebox(:bench)?\x1b\[0m> /.test(shown)) return;
  shown = '';
  input.write(`${typed.shift() ?? 'exit'}\r`);
});
await repl({ input, output, run, history: new History(`${folder}/history`), isCapable: true });
backend.close();
