// Loads dist/main.cjs with what V8 compiled when it was built: most of a short command's time would go into compiling.
// A cache of another version of Node.js is refused by V8, which then compiles as always.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const BUNDLE = join(__dirname, '..', 'dist', 'main.cjs');
const CODE_CACHE = join(__dirname, '..', 'dist', 'main.cache');

/** @returns the bundle's exports, and the script that they come from */
function loadBundle(cachedData) {
  // The build writes ASCII, which latin1 reads without decoding.
  const source = readFileSync(BUNDLE, 'latin1');
  const script = new Script(
    `(function (exports, require, module, __filename, importPackage) {${source}\n})`,
    {
      filename: BUNDLE,
      cachedData,
    },
  );
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, BUNDLE, (name) => import(name));
  return { exports: module.exports, script };
}

function readCodeCache() {
  try {
    return readFileSync(CODE_CACHE);
  } catch {
    // Without a cache everything is compiled when it is first needed.
    return undefined;
  }
}

module.exports = { CODE_CACHE, loadBundle, readCodeCache };
