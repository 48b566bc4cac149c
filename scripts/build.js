// Bundles src/ into dist/, so that starting a command reads one or two files and not a tree of modules.
// `splitting` keeps every dynamic import a file of its own: what a command does not use is never read.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plugin } from '@oclif/core';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: {
    main: 'src/shell/main.ts',
    index: 'src/index.ts',
    testing: 'src/testing.ts',
    oclif: 'src/shell/oclif.ts',
  },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  // CommonJS packages that are only loaded on the rare path stay where npm put them.
  external: ['@oclif/core', 'inquirer', 'cli-table3'],
  logLevel: 'warning',
  write: false,
});

// Only a build that succeeded takes the place of the one before it.
rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
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
