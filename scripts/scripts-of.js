import { createHash } from 'node:crypto';
import { MODULE } from './modules.js';

/** Where a module's text names another. */
const NAME = new RegExp(`"${MODULE}([^"]+)"`, 'g');

/**
 * The files that `bin/run.js` reads: one for each group of modules that are used together, and one for each module in no
 * group. Each holds an object of functions by the numbers of their modules, which mean nothing to other builds: so it also
 * tells which build it is of. `main.js`, the first, tells in which files the others are.
 *
 * @param {Map<string, string>} modules as `modulesFrom` gives them: the first is the entry point, number 0
 * @param {Map<string, string[]>} groups names of modules, by the name of the file that they come into
 * @returns {{ name: string, contents: string }[]}
 */
export function scriptsOf(modules, groups) {
  const names = [...modules.keys()];
  const numbers = new Map(names.map((name, at) => [name, at]));
  const fileOf = new Map(names.map((name) => [name, `${numbers.get(name)}.js`]));
  for (const [file, members] of groups) for (const name of members) fileOf.set(name, file);
  fileOf.set(names[0], 'main.js');
  const files = new Map();
  for (const [name, file] of fileOf) {
    const text = modules.get(name).replace(NAME, (_, other) => numbers.get(other));
    files.set(file, [...(files.get(file) ?? []), `${numbers.get(name)}:${text}`]);
  }
  const elsewhere = [...fileOf].filter(([, file]) => file !== 'main.js' && !/^\d/.test(file));
  const places = elsewhere.map(([name, file]) => [numbers.get(name), file]);
  files.get('main.js').push(`files:${JSON.stringify(Object.fromEntries(places))}`);
  const build = createHash('sha256')
    .update(JSON.stringify([...files]))
    .digest('hex')
    .slice(0, 16);
  return [...files].map(([name, members]) => ({
    name,
    contents: `"use strict";({build:"${build}",${members.join(',\n')}})`,
  }));
}
