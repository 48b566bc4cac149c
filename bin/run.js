#!/usr/bin/env node
// Runs dist/program/, whose chunks are loaded when they are needed. Most of a short command's time would go into compiling
// them, so the code that V8 made of the usual ones at build time lies beside: one of another version of Node.js is refused
// by V8, which then compiles as always.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const PROGRAM = join(__dirname, '..', 'dist', 'program');

/** What was compiled so far, by the name of its file. */
const scripts = new Map();
/** Chunks as functions, by name: of a file that was read, all of them. */
const chunks = new Map();
/** The exports of those that ran. */
const loaded = new Map();

/** @param name of a chunk: `./main.js`; or of a package */
function load(name) {
  if (!name.startsWith('./')) return require(name);
  if (!loaded.has(name)) {
    if (!chunks.has(name)) compile(name);
    loaded.set(name, chunks.get(name)(load, loadLater, PROGRAM));
  }
  return loaded.get(name);
}

async function loadLater(name) {
  return name.startsWith('./') ? load(name) : import(name);
}

function compile(name) {
  const filename = join(PROGRAM, name);
  // The build writes ASCII, which latin1 reads without decoding.
  const source = readFileSync(filename, 'latin1');
  const script = new Script(source, { filename, cachedData: readIfThere(`${filename}.cache`) });
  scripts.set(name, script);
  for (const [chunk, run] of Object.entries(script.runInThisContext())) chunks.set(chunk, run);
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

module.exports = { PROGRAM, scripts, load };

if (require.main === module) {
  load('./main.js')
    .main(process)
    .then((exitCode) => {
      process.exitCode = exitCode;
    });
}
