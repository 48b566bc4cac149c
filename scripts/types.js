// Writes types/: declarations of what package.json exports, and of what those refer to.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));

rmSync('types', { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.types.json'], { stdio: 'inherit', shell: process.platform === 'win32' });

// The compiler declares all that is loaded, commands and engine too.
const needed = new Set();
for (const { types } of Object.values(exports)) if (types !== undefined) need(join(types));
for (const name of readdirSync('types', { recursive: true })) {
  const path = join('types', name);
  if (path.endsWith('.d.ts') && !needed.has(path)) rmSync(path);
}

/** @param {string} path */
function need(path) {
  if (needed.has(path)) return;
  needed.add(path);
  const text = readFileSync(path, 'utf8');
  for (const [, module] of text.matchAll(/(?:from |import\()['"](\.[^'"]+)\.ts['"]/g))
    need(join(dirname(path), `${module}.d.ts`));
}
