// Writes dist/main.cache: what V8 has compiled of the bundle after a few usual commands, in a workspace of their own.
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { CODE_CACHE, loadBundle } = require('../bin/bundle.js');

const USUAL = 'cluster create B; create -p 4 t; add_dup t B; clock advance 1m; query_dup t; ls';

async function writeCodeCache() {
  const folder = mkdtempSync(join(tmpdir(), 'pegsh-build-'));
  const { exports, script } = loadBundle();
  try {
    const exitCode = await exports.main(process, ['-w', folder, '-c', USUAL]);
    if (exitCode !== 0) throw new Error(`the usual commands ended with exit code ${exitCode}`);
    writeFileSync(CODE_CACHE, script.createCachedData());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

writeCodeCache();
