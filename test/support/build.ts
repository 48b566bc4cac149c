import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './source-tree.ts';

/** Once, before the tests: what they serve with is what is built. */
export function setup(): void {
  execFileSync(process.execPath, [join(ROOT, 'scripts/build.js')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
