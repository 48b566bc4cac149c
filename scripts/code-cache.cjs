// Writes what V8 has compiled of the program after a few usual commands, in a workspace of their own, beside its scripts.
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { PROGRAM, load, scripts } = require('../bin/run.js');

const USUAL =
  'cluster create B; create -p 4 t; add_dup t B; clock advance 1m; query_dup t; ls; use t; set a b c; get a b';

async function writeCodeCache() {
  const folder = mkdtempSync(join(tmpdir(), 'pegsh-build-'));
  try {
    const exitCode = await load('./main.js').main(process, ['-w', folder, '-c', USUAL]);
    if (exitCode !== 0) throw new Error(`the usual commands ended with exit code ${exitCode}`);
    for (const [name, script] of scripts) {
      writeFileSync(join(PROGRAM, `${name}.cache`), script.createCachedData());
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

writeCodeCache();
