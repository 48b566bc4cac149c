// Bundles src/ into dist/: the program, with the code that V8 compiled of it beside it, and the library.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';
import { EXTERNAL, modulesFrom } from './modules.js';
import { scriptsOf } from './scripts-of.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(root, 'dist');
/** Where the build before this one is until this one is whole. */
const BEFORE = join(root, 'dist-before');
const PROGRAM = join(DIST, 'program');
/** Where modules come that are evaluated in a round of use (`use.cjs`). */
const FILES = { look: 'main.js', change: 'change.js', serve: 'serve.js' };

process.chdir(root);
const modules = await modulesFrom('src/shell/main.ts');
const library = await build({
  outdir: 'dist',
  entryPoints: {
    index: 'src/index.ts',
    testing: 'src/testing.ts',
    client: 'src/client/index.ts',
    oclif: 'src/shell/oclif.ts',
  },
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  splitting: true,
  minify: true,
  external: EXTERNAL,
  logLevel: 'warning',
  write: false,
});

// What does not compile, or cannot be used, leaves the build before it in its place.
rmSync(BEFORE, { recursive: true, force: true });
if (existsSync(DIST)) renameSync(DIST, BEFORE);
const folder = mkdtempSync(join(tmpdir(), 'pegsh-build-'));
try {
  for (const { path, contents } of library.outputFiles) write(path, contents);
  // Which modules belong together shows when they are used, each in a file of its own.
  writeProgram(new Map());
  const [change, look, serve] = ['change', 'look', 'serve'].map(use);
  writeProgram(
    new Map([
      [FILES.look, look],
      [FILES.change, without(change, look)],
      [FILES.serve, without(serve, look, change)],
    ]),
  );
  // What only looks is compiled alone: every command reads what it needs.
  use('look');
  rmSync(join(folder, '.pegasus'), { recursive: true });
  use('change');
  use('serve');
  rmSync(BEFORE, { recursive: true, force: true });
} catch (error) {
  rmSync(DIST, { recursive: true, force: true });
  if (existsSync(BEFORE)) renameSync(BEFORE, DIST);
  throw error;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const plugin = new Plugin({
  root,
  isRoot: true,
  ignoreManifest: true,
  errorOnManifestCreate: true,
  pjson: JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')),
});
await plugin.load();
writeFileSync(
  new URL('../oclif.manifest.json', import.meta.url),
  `${JSON.stringify(plugin.manifest, null, 2)}\n`,
);

function writeProgram(groups) {
  rmSync(PROGRAM, { recursive: true, force: true });
  for (const { name, contents } of scriptsOf(modules, groups)) {
    refuseBytes(name, contents);
    write(join(PROGRAM, name), contents);
  }
}

function write(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

/** Uses the program, and returns the names of the modules that this evaluates. */
function use(round) {
  const script = fileURLToPath(new URL('use.cjs', import.meta.url));
  execFileSync(process.execPath, [script, round, FILES[round], folder], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const names = [...modules.keys()];
  return JSON.parse(readFileSync(join(folder, 'evaluated.json'), 'utf8')).map((number) => names[number]);
}

function without(names, ...others) {
  return names.filter((name) => !others.some((list) => list.includes(name)));
}

/** The program is read as latin1. esbuild escapes what is not ASCII in texts, but not in regular expressions. */
function refuseBytes(name, text) {
  const found = /.{0,40}[^\0-\x7f].{0,40}/.exec(text);
  if (found !== null)
    throw new Error(`${name} is not ASCII: write \\u… in this regular expression: ${found}`);
}
