// Serves an empty workspace until the first set and get are answered: `first-answer.js RUN DIRECTORY`.
// The frames are those that a client in Go sends (`hash_key`, `sort_key` in table 2, partition 5; test/fixtures/wire).
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const [, , pegsh, directory] = process.argv;
const { requests } = JSON.parse(
  readFileSync(new URL('../fixtures/wire/vectors.json', import.meta.url), 'utf8'),
);
const frameOf = (name) => {
  const { header_hex, body_hex } = requests.find((request) => request.name === name);
  return Buffer.from(header_hex + body_hex, 'hex');
};

const tables = ['--table', 'stat:4', '--table', 'temp:8'];
const child = spawn(process.execPath, [pegsh, '-w', directory, 'serve', '--port', '0', ...tables], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
let told = '';
for await (const chunk of child.stdout) {
  told += chunk;
  if (told.includes('replica servers') && told.endsWith('\n')) break;
}
const replicas = /replica servers (\S+)/.exec(told)[1].split(',');
for (const address of replicas) if (await isSetAndGot(address)) process.exit(child.kill('SIGKILL') ? 0 : 1);
child.kill('SIGKILL');
throw new Error('no replica server answered');

/** Only the primary takes them. */
async function isSetAndGot(address) {
  const [host, port] = address.split(':');
  const socket = connect(Number(port), host);
  for (const name of ['put hash_key sort_key value', 'get hash_key sort_key']) {
    socket.write(frameOf(name));
    const reply = await new Promise((resolve) => socket.once('data', resolve));
    if (!reply.includes('ERR_OK')) return false;
  }
  socket.destroy();
  return true;
}
