// Programs that listen, run as children of a benchmark.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { GET, PUT } from './frames.js';

/** The tables that the frames speak of: `temp` is table 2. */
const TABLES = ['--table', 'stat:4', '--table', 'temp:8'];

/** `pegsh serve` on a folder, once it listens: `{ child, metas, replicas }`; `nodeOptions` are for node itself. */
export async function serve(pegsh, directory, nodeOptions = []) {
  const words = [...nodeOptions, pegsh, '-w', directory, 'serve', '--port', '0', ...TABLES];
  const { child, told } = await started(words, /replica servers (\S+)\n/);
  const [metas, replicas] = [/meta servers (\S+), replica/, /replica servers (\S+)/].map(
    (pattern) => pattern.exec(told)[1],
  );
  return { child, metas, replicas: replicas.split(',') };
}

/** Runs node with `words`, and a channel to it, until what it tells matches. */
export async function started(words, pattern) {
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  let told = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    told += chunk;
    if (pattern.test(told)) return { child, told };
  }
  throw new Error(`node ${words.join(' ')} ended before it listened`);
}

export function dial(address) {
  const [host, port] = address.split(':');
  const socket = connect(Number(port), host);
  socket.setNoDelay(true);
  return socket;
}

/** The replica server that takes the frames, after one set and one get: the primary. */
export async function primaryAmong(replicas) {
  for (const address of replicas) if (await isSetAndGot(address)) return address;
  throw new Error('no replica server answered');
}

async function isSetAndGot(address) {
  const socket = dial(address);
  try {
    for (const frame of [PUT, GET]) {
      socket.write(frame);
      const reply = await new Promise((resolve) => socket.once('data', resolve));
      if (!reply.includes('ERR_OK')) return false;
    }
    return true;
  } finally {
    socket.destroy();
  }
}
