import { basename, dirname, join } from 'node:path';

/**
 * The chunks of a build as the scripts that `bin/run.js` reads: each file an object of functions, one for each chunk, that
 * return what it exports. With the entry point comes what it imports, and what only tells of other chunks.
 *
 * @param {import('esbuild').BuildResult<{ write: false, metafile: true }>} built
 * @param {string} entry path of the entry point's file, as the metafile has it
 */
export function scriptsOf({ outputFiles, metafile }, entry) {
  const folder = dirname(entry);
  const atStart = [entry, ...metafile.outputs[entry].imports.map(({ path }) => path)];
  const isEmpty = (path) => Object.keys(metafile.outputs[path].inputs).length === 0;
  const scripts = new Map();
  for (const { path, text } of outputFiles) {
    const name = basename(path);
    const chunk = `${folder}/${name}`;
    const file = atStart.includes(chunk) || isEmpty(chunk) ? basename(entry) : name;
    scripts.set(file, [...(scripts.get(file) ?? []), `"./${name}"${functionOf(text)}`]);
  }
  const root = dirname(outputFiles[0].path);
  return [...scripts].map(([file, functions]) => ({
    path: join(root, file),
    contents: `"use strict";({${functions.join(',\n')}})`,
  }));
}

/**
 * A module as the parameters and the body of a function. A script that V8 has compiled before can neither import nor
 * export. Modules of ours never assign to what they have exported, so that what is bound once stays right.
 */
function functionOf(module) {
  const body = module
    .replace(
      /\bimport\{([^}]*)\}from("[^"]+");/g,
      (_, names, from) => `const{${renamed(names)}}=load(${from});`,
    )
    .replace(/\bimport(?:\*as )?\s*([\w$]+)\s*from("[^"]+");/g, 'const $1=load($2);')
    .replace(/\bimport("[^"]+");/g, 'load($1);')
    .replace(/\bimport\(("[^"]+")\)/g, 'loadLater($1)')
    .replace(/\bexport\{([^}]*)\};\s*$/, (_, names) => `return{${renamed(names, true)}}`);
  return `(load,loadLater,__dirname){${body}}`;
}

/** `a as b,c` as `a:b,c`, or as `b:a,c`. */
function renamed(names, isTurned = false) {
  return names.replace(/([\w$]+) as ([\w$]+)/g, isTurned ? '$2:$1' : '$1:$2');
}
