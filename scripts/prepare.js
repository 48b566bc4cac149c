// Builds where something changed since the last build. npm runs this after an installation, and before the first
// `npx pegsh` in a checkout, too: npx installs the folder in its cache, and other processes may run what is built there.
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = [
  'src',
  'scripts',
  'bin',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.types.json',
];
const BUILT = ['dist/program/main.js', 'types/index.d.ts'];

/** When a file, or the newest file in a folder, was written, in ms; 0 where there is none. */
function writtenAt(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => writtenAt(join(path, name))));
}

const timesOf = (paths) => paths.map((path) => writtenAt(join(root, path)));

if (Math.max(...timesOf(SOURCES)) > Math.min(...timesOf(BUILT))) {
  for (const script of ['build', 'types']) {
    execFileSync('npm', ['run', script], {
      cwd: root,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
  }
}
