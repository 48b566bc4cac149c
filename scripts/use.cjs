// `use.cjs ROUND FILE FOLDER`: uses the program a little, in a workspace in FOLDER, and writes what V8 has compiled of its
// FILE beside it. FOLDER/evaluated.json tells the build which modules were evaluated.
const { once } = require('node:events');
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { watch } = require('node:fs/promises');
const { createConnection } = require('node:net');
const { join } = require('node:path');
const v8 = require('node:v8');
const { PROGRAM, loaded, program, scripts } = require('../bin/run.js');

/** So many lines that the program prepares itself for more. */
const CHANGES = [
  'cluster create B',
  'create -p 4 t',
  'add_dup t B',
  'use t',
  ...Array(100).fill('set a b c'),
  'get a b',
  'dup list',
  'clock advance 1h',
];

/** What clients in Go, Java, Python and Node send for a get in table 1, partition 0 (test/fixtures/wire). */
const THFT_GET = Buffer.from(
  '544846540000000000000030000000000000003700000000' +
    '0000000100000000000003e800003de365641f36e9f6a96d' +
    '80010001000000115250435f525244425f525244425f47455400000016' +
    '0c0001000000120008686173685f6b6579736f72745f6b657900',
  'hex',
);

const ROUNDS = { look, change, serve };

const [, , round, file, folder] = process.argv;

async function pegsh(...words) {
  const exitCode = await program().main(process, words);
  if (exitCode !== 0) throw new Error(`pegsh ${words.join(' ')} ended with exit code ${exitCode}`);
}

/** What most commands need that only look, and the commonest of them. */
async function look() {
  await pegsh('query_dup', 't');
  await pegsh('ls');
  await pegsh('--dialect', 'cpp-shell', '-c', 'ls -d; nodes -d; app t -d');
}

async function change() {
  await pegsh('init', '--clock', 'manual');
  const script = join(folder, 'script.pegsh');
  writeFileSync(script, CHANGES.join('\n'));
  await pegsh('run', script);
}

async function serve() {
  const ready = join(folder, 'ready.json');
  const served = pegsh('serve', '--port', '0', '--ready-file', ready);
  await Promise.race([served, appears(folder, ready)]);
  const { connect } = await import('../dist/client.js');
  const { metas, replicas } = JSON.parse(readFileSync(ready, 'utf8')).clusters[0];
  const pegasus = connect(metas);
  await pegasus.table('t').set('a', 'b', 'c');
  await pegasus.table('t').get('a', 'b');
  await pegasus.close();
  for (const address of replicas) await send(address, THFT_GET);
  process.emit('SIGTERM');
  await served;
}

async function send(address, frame) {
  const [host, port] = address.split(':');
  const socket = createConnection(Number(port), host);
  socket.write(frame);
  await once(socket, 'data');
  socket.destroy();
}

async function appears(directory, file) {
  for await (const _ of watch(directory)) if (existsSync(file)) return;
}

async function use() {
  process.chdir(folder);
  // V8 refuses code that was compiled under other flags than it runs under, and `serve` sets some.
  v8.setFlagsFromString = () => {};
  for (const name of Object.keys(process.env)) if (name.startsWith('PEGSH_')) delete process.env[name];
  // Where nothing may listen, serving is compiled when it is used.
  await ROUNDS[round]().catch((error) => {
    if (round !== 'serve') throw error;
    process.stderr.write(`serving was not compiled: ${error.message}\n`);
  });
  const script = scripts.get(file);
  if (script !== undefined) writeFileSync(join(PROGRAM, `${file}.cache`), script.createCachedData());
  writeFileSync(join(folder, 'evaluated.json'), JSON.stringify([...loaded.keys()]));
}

use();
