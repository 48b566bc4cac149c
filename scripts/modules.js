import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { build, transform } from 'esbuild';

/** Packages that are only loaded on the rare path: they stay where npm put them. */
export const EXTERNAL = ['@oclif/core', 'inquirer', 'cli-table3'];

/** What stands before the name of a module in a text that loads it; `scriptsOf` puts its number there. */
export const MODULE = 'module:';

const OPTIONS = { format: 'cjs', target: 'node20', platform: 'node' };

/**
 * The modules of a program, each as the text of a function that `bin/run.js` calls when something of it is used first,
 * and that returns what it exports. Import statements would evaluate all of them, of which a short command needs a third.
 *
 * @param {string} entry path of the module that all others are reached from
 * @returns {Promise<Map<string, string>>} by path, or by the name of a package; `entry` first
 */
export async function modulesFrom(entry) {
  const modules = new Map();
  for (let names = [entry]; names.length > 0; ) {
    const read = await Promise.all(names.map(moduleOf));
    names.forEach((name, at) => {
      modules.set(name, read[at].text);
    });
    const imported = new Set(read.flatMap(({ imports }) => [...imports]));
    names = [...imported].filter((name) => !modules.has(name));
  }
  return modules;
}

async function moduleOf(name) {
  const { text, imports } = await read(name);
  return { text: await minified(text), imports };
}

async function read(name) {
  if (name.startsWith('src/')) return ownModule(name);
  if (name.endsWith('.json')) return { text: `return ${readFileSync(name, 'utf8')}`, imports: [] };
  return bundledPackage(name);
}

/** What esbuild writes in front of a module's own code, with what it exports. */
const PREAMBLE =
  /^[\s\S]*\n__export\(stdin_exports, \{([^}]*)\}\);\nmodule\.exports = __toCommonJS\(stdin_exports\);\n/;
const IMPORT = /^var (\w+) = (?:__toESM\()?require\("([^"]+)"\)\)?;\n/gm;
/** What is named in more places than this is loaded with the module, which is shorter. */
const OFTEN = 30;

async function ownModule(path) {
  const { code } = await transform(readFileSync(path, 'utf8'), {
    ...OPTIONS,
    loader: 'ts',
    define: { 'import.meta.dirname': '__dirname' },
  });
  const [preamble, exported] = PREAMBLE.exec(code);
  const imports = new Set();
  const toName = (from) => {
    const name = from.startsWith('.') ? posix.join(posix.dirname(path), from) : from;
    if (name.startsWith('node:') || EXTERNAL.includes(name)) return JSON.stringify(name);
    imports.add(name);
    return JSON.stringify(MODULE + name);
  };
  const own = `${code.slice(preamble.length)}return {${exported.replaceAll(': () => ', ': ')}};`;
  const imported = [...own.matchAll(IMPORT)].map(([line, binding, from]) => ({ line, binding, from }));
  let text = await withOwnNames(own, imported);
  for (const { binding, from } of imported)
    text = bound(text, bindingOf(binding), `__load(${toName(from)})`, !from.endsWith('.ts'));
  text = text.replace(/\bimport\("([^"]+)"\)/g, (_, from) => `__loadLater(${toName(from)})`);
  return { text, imports };
}

/** The text without its import lines. A namespace (`import * as v`) has a name of the author's choice, which may stand for
 * other things as well: where it stands for the import, it gets one that stands for nothing else. */
async function withOwnNames(text, imported) {
  const rest = imported.reduce((left, { line }) => left.replace(line, ''), text);
  const names = imported.map(({ binding }) => binding).filter((binding) => bindingOf(binding) !== binding);
  if (names.length === 0) return rest;
  const define = Object.fromEntries(names.map((name) => [name, bindingOf(name)]));
  const { code } = await transform(`(function () {${rest}})`, { target: 'node20', define });
  return code.slice(code.indexOf('{') + 1, code.lastIndexOf('}'));
}

function bindingOf(name) {
  return name.startsWith('import_') ? name : `import_namespace_${name}`;
}

/** A module's text in which `binding` stands for what `load` gives; for a whole package or file, its default import, too. */
function bound(text, binding, load, isWhole) {
  const use = new RegExp(`\\b${binding}\\b${isWhole ? '(?:\\.default\\b)?' : ''}`, 'g');
  const isOften = (text.match(use)?.length ?? 0) > OFTEN;
  if (isOften) return `const ${binding} = ${load};\n${text.replace(use, binding)}`;
  return `let ${binding};\n${text.replace(use, `(${binding} ??= ${load})`)}`;
}

async function bundledPackage(name) {
  const { outputFiles } = await build({
    ...OPTIONS,
    stdin: { contents: `export * from '${name}'`, resolveDir: '.' },
    bundle: true,
    write: false,
  });
  const { text } = outputFiles[0];
  return { text: `const module = {}, require = __load;\n${text}\nreturn module.exports;`, imports: [] };
}

async function minified(text) {
  const { code } = await transform(`module.exports = function (__load, __loadLater, __dirname) {${text}};`, {
    minify: true,
    target: 'node20',
  });
  return code
    .trim()
    .replace(/^module\.exports=/, '')
    .replace(/;$/, '');
}
