// Bundles src/ into dist/: the program as one script, with the code that V8 compiled of it beside it, and the library as
// modules that share theirs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

const SHARED = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  minify: process.env.NOMIN === undefined,
  // Packages that are only loaded on the rare path stay where npm put them.
  external: ['@oclif/core', 'inquirer', 'cli-table3'],
  logLevel: 'warning',
  write: false,
};

const results = await Promise.all([
  build({
    ...SHARED,
    entryPoints: { main: 'src/shell/main.ts' },
    outExtension: { '.js': '.cjs' },
    format: 'cjs',
    define: { 'import.meta.url': 'importMetaUrl' },
    banner: { js: "const importMetaUrl=require('node:url').pathToFileURL(__filename).href;" },
  }),
  build({
    ...SHARED,
    entryPoints: {
      index: 'src/index.ts',
      testing: 'src/testing.ts',
      client: 'src/client/index.ts',
      oclif: 'src/shell/oclif.ts',
    },
    chunkNames: 'chunks/[name]-[hash]',
    splitting: true,
    format: 'esm',
  }),
]);

// A script that V8 has compiled before cannot import: what it imports at run time, its loader does for it.
const [program] = results[0].outputFiles;
const text = program.text.replace(/\bimport\(("[^"]+")\)/g, 'importPackage($1)');
results[0].outputFiles[0] = { path: program.path, contents: Buffer.from(text) };

// Only a build that succeeded takes the place of the one before it.
rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
for (const { path, contents } of results.flatMap(({ outputFiles }) => outputFiles)) {
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
