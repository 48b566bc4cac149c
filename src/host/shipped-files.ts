import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * A file of the package's `examples/` folder, wherever the bundle or the sources run from.
 *
 * @param name within that folder: `records-10k.tsv`
 * @returns its path; undefined where there is no such file
 */
export function examplePath(name: string): string | undefined {
  let directory = import.meta.dirname;
  for (;;) {
    const path = join(directory, 'examples', name);
    if (existsSync(path)) return path;
    const parent = dirname(directory);
    if (parent === directory) return undefined;
    directory = parent;
  }
}
