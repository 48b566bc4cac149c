// Bundles src/ into dist/: the program, with the code that V8 compiled of it beside it, and the library.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';
import { scriptsOf } from './scripts-of.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const SHARED = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  splitting: true,
  minify: true,
  // Packages that are only loaded on the rare path stay where npm put them.
  external: ['@oclif/core', 'inquirer', 'cli-table3'],
  logLevel: 'warning',
  write: false,
};

const [program, library] = await Promise.all([
  build({
    ...SHARED,
    outdir: 'dist/program',
    entryPoints: { main: 'src/shell/main.ts' },
    // What every chunk imports comes into one of them.
    inject: ['src/shell/usual.ts'],
    define: { 'import.meta.dirname': '__dirname' },
    metafile: true,
  }),
  build({
    ...SHARED,
    outdir: 'dist',
    entryPoints: {
      index: 'src/index.ts',
      testing: 'src/testing.ts',
      client: 'src/client/index.ts',
      oclif: 'src/shell/oclif.ts',
    },
    chunkNames: 'chunks/[name]-[hash]',
  }),
]);

const files = [...scriptsOf(program, 'dist/program/main.js'), ...library.outputFiles];
for (const { path, contents } of files) refuseBytes(path, contents);

// Only a build that succeeded takes the place of the one before it.
rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
for (const { path, contents } of files) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

execFileSync(process.execPath, [fileURLToPath(new URL('code-cache.cjs', import.meta.url))], {
  stdio: ['ignore', 'ignore', 'pipe'],
});

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

/** The program is read as latin1. esbuild escapes what is not ASCII in texts, but not in regular expressions. */
function refuseBytes(path, contents) {
  const text = Buffer.from(contents).toString('utf8');
  const found = /.{0,40}[^\0-\x7f].{0,40}/.exec(text);
  if (found !== null)
    throw new Error(`${path} is not ASCII: write \\u… in this regular expression: ${found}`);
}
