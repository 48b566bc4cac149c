#!/usr/bin/env node
// Runs dist/program/, whose modules are evaluated when something of them is used first. Most of a short command's time would
// go into compiling them, so the code that V8 made of the usual ones at build time lies beside: one of another version of
// Node.js is refused by V8, which then compiles as always.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const PROGRAM = join(__dirname, '..', 'dist', 'program');
const MAIN = 'main.js';
/** The module that MAIN is named after. */
const ENTRY = 0;

/** What was compiled so far, by the name of its file. */
const scripts = new Map();
/** Modules as functions, by number: of a file that was read, all of them. */
const modules = new Map();
/** The files of those that are not in MAIN, nor in one of their own. */
let files;
/** Of which build MAIN is. */
let running;
/** What those export that were evaluated. */
const loaded = new Map();

/** @param {number | string} name of a module of ours; of a package */
function load(name) {
  if (typeof name === 'string') return require(name);
  const known = loaded.get(name);
  if (known !== undefined) return known;
  if (!modules.has(name)) compile(files[name] ?? `${name}.js`);
  const exported = modules.get(name)(load, loadLater, PROGRAM);
  loaded.set(name, exported);
  return exported;
}

async function loadLater(name) {
  return typeof name === 'string' ? import(name) : load(name);
}

function compile(name) {
  const filename = join(PROGRAM, name);
  const script = new Script(sourceOf(filename), { filename, cachedData: readIfThere(`${filename}.cache`) });
  scripts.set(name, script);
  const { build, files: places, ...functions } = script.runInThisContext();
  running ??= build;
  if (build !== running) throw replaced();
  if (places !== undefined) files = places;
  for (const number in functions) modules.set(Number(number), functions[number]);
}

/** The build writes ASCII, which latin1 reads without decoding. */
function sourceOf(filename) {
  try {
    return readFileSync(filename, 'latin1');
  } catch (error) {
    throw running !== undefined && error.code === 'ENOENT' ? replaced() : error;
  }
}

/** What is there now cannot go on where this process is. */
function replaced() {
  const error = new Error('pegsh was installed anew while this one was running');
  const hint = 'what was acknowledged is safe: leave, and start pegsh again';
  return Object.assign(error, { code: 'PEGSH_REPLACED', hint });
}

function readIfThere(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** The entry point's exports. */
function program() {
  if (files === undefined) compile(MAIN);
  return load(ENTRY);
}

module.exports = { PROGRAM, scripts, loaded, program };

if (require.main === module) {
  // The heap need not be taken apart: at once where nothing is left to wait for, else when that is over.
  process.once('beforeExit', () => process.exit());
  program()
    .main(process)
    .then((exitCode) => {
      process.exitCode = exitCode;
      if (process.getActiveResourcesInfo().length === 0) process.exit();
    })
    .catch((error) => {
      if (error.code !== 'PEGSH_REPLACED') throw error;
      process.stderr.write(`error: ${error.message}\nhint: ${error.hint}\n`);
      process.exit(1);
    });
}
