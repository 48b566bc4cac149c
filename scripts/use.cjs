// `use.cjs ROUND FILE FOLDER`: uses the program a little, in a workspace in FOLDER, and writes what V8 has compiled of its
// FILE beside it. FOLDER/evaluated.json tells the build which modules were evaluated.
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const { watch } = require('node:fs/promises');
const { join } = require('node:path');
const v8 = require('node:v8');
const { PROGRAM, loaded, program, scripts } = require('../bin/run.js');

const CHANGES =
  'cluster create B; create -p 4 t; add_dup t B; use t; set a b c; get a b; dup list; clock advance 1h';

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
  await pegsh('-c', CHANGES);
}

async function serve() {
  const ready = join(folder, 'ready.json');
  const served = pegsh('serve', '--port', '0', '--ready-file', ready);
  await Promise.race([served, appears(folder, ready)]);
  const { connect } = await import('../dist/client.js');
  const pegasus = connect(JSON.parse(readFileSync(ready, 'utf8')).clusters[0].metas);
  await pegasus.table('t').set('a', 'b', 'c');
  await pegasus.table('t').get('a', 'b');
  await pegasus.close();
  process.emit('SIGTERM');
  await served;
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
