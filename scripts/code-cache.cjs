// Writes what V8 has compiled of the program after it was used a little, in a workspace of its own, beside its scripts.
const { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { watch } = require('node:fs/promises');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { PROGRAM, load, scripts } = require('../bin/run.js');

const USUAL =
  'cluster create B; create -p 4 t; add_dup t B; clock advance 1m; query_dup t; ls; use t; set a b c; get a b';

async function pegsh(...words) {
  const exitCode = await load('./main.js').main(process, words);
  if (exitCode !== 0) throw new Error(`pegsh ${words.join(' ')} ended with exit code ${exitCode}`);
}

async function appears(folder, file) {
  for await (const _ of watch(folder)) if (existsSync(file)) return;
}

async function useServed(folder) {
  const ready = join(folder, 'ready.json');
  const served = pegsh('-w', folder, 'serve', '--port', '0', '--ready-file', ready);
  await Promise.race([served, appears(folder, ready)]);
  const { connect } = await import('../dist/client.js');
  const pegasus = connect(JSON.parse(readFileSync(ready, 'utf8')).clusters[0].metas);
  await pegasus.table('t').set('a', 'b', 'c');
  await pegasus.table('t').get('a', 'b');
  await pegasus.close();
  process.emit('SIGTERM');
  await served;
}

async function writeCodeCache() {
  for (const name of Object.keys(process.env)) if (name.startsWith('PEGSH_')) delete process.env[name];
  const folder = mkdtempSync(join(tmpdir(), 'pegsh-build-'));
  try {
    await pegsh('-w', folder, '-c', USUAL);
    // Where nothing may listen, serving is compiled when it is used.
    await useServed(folder).catch((error) =>
      process.stderr.write(`serving was not compiled: ${error.message}\n`),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const [name, script] of scripts) {
    writeFileSync(join(PROGRAM, `${name}.cache`), script.createCachedData());
  }
}

writeCodeCache();
