import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { type Import, importsOf, ROOT, type SourceFile, sourceFiles } from './support/source-tree.ts';

const files = sourceFiles();
const imports = files.flatMap(importsOf);

/** The layers, and for each what it may import besides itself. Anything may import `COMMON`. */
const LAYERS: Record<string, readonly string[]> = {
  'src/shell': [
    'src/commands',
    'src/operations/incident.ts',
    'src/output',
    'src/rpc',
    'src/host',
    'src/server',
    'src/engine/simulation.ts',
    'src/sim',
    'src/engine/storage/host.ts',
    'src/engine/fsck',
    'src/engine/snapshot',
  ],
  // The simulator is a client like any other, of an engine in memory: it knows nothing from inside.
  'src/sim': ['src/rpc', 'src/host', 'src/engine/fsck'],
  'src/commands': ['src/operations', 'src/rpc/client', 'src/rpc/idl', 'src/output'],
  'src/operations': ['src/rpc/client', 'src/rpc/idl'],
  'src/rpc/client': ['src/rpc/transport', 'src/rpc/idl'],
  'src/rpc/transport': ['src/rpc/codec', 'src/rpc/idl'],
  'src/rpc/codec': ['src/rpc/idl'],
  'src/rpc/idl': [],
  'src/client': ['src/rpc/client', 'src/rpc/transport', 'src/rpc/idl'],
  'src/server': ['src/rpc/codec', 'src/rpc/idl', 'src/engine'],
  'src/engine': ['src/rpc/idl', 'src/engine/storage'],
  'src/engine/storage': ['src/rpc/idl'],
  'src/host': ['src/engine/storage'],
  'src/output': [],
};
const COMMON = ['src/errors.ts', 'src/rpc/method.ts', 'src/version.ts'];
/** Single files that stand between layers on purpose, with what they may reach besides. */
const BRIDGES: Record<string, readonly string[]> = {
  'src/rpc/transport/local.ts': ['src/engine'],
  'src/rpc/transport/served-at.ts': ['src/engine/storage'],
  'src/commands/index.ts': ['src/commands'],
  'src/rpc/method.ts': ['src/rpc/idl/schema.ts'],
  'src/index.ts': ['src/'],
  'src/version.ts': ['package.json'],
  'src/testing.ts': ['src/'],
};

/** What runs is started from these. */
const ENTRY_POINTS = [
  'src/shell/main.ts',
  'src/shell/oclif.ts',
  'src/index.ts',
  'src/testing.ts',
  'src/client/index.ts',
];

const inside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

function layerOf(path: string): string | undefined {
  const longestFirst = Object.keys(LAYERS).sort((a, b) => b.length - a.length);
  return longestFirst.find((layer) => inside(path, layer));
}

function isAllowed({ from, to }: Import): boolean {
  if (COMMON.includes(to)) return true;
  if (BRIDGES[from]?.some((prefix) => to.startsWith(prefix))) return true;
  const layer = layerOf(from);
  if (layer === undefined) return false;
  return layerOf(to) === layer || LAYERS[layer]!.some((allowed) => inside(to, allowed));
}

const show = ({ from, to }: Import): string => `${from} -> ${to}`;

/** Files that a walk along `edges` from `start` meets, itself only when it lies on a cycle. */
function reachable(start: readonly string[], edges: readonly Import[]): Set<string> {
  const seen = new Set<string>();
  const queue = [...start];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const { from, to } of edges) {
      if (from !== at || seen.has(to)) continue;
      seen.add(to);
      queue.push(to);
    }
  }
  return seen;
}

describe('layers', () => {
  test('every file belongs to one', () => {
    const homeless = files
      .map((file) => file.path)
      .filter((path) => layerOf(path) === undefined && !COMMON.includes(path) && !(path in BRIDGES));
    expect(homeless).toEqual([]);
  });

  test('nobody imports upwards or sideways', () => {
    expect(imports.filter((one) => !isAllowed(one)).map(show)).toEqual([]);
  });

  test('no cycles among what is loaded', () => {
    const loaded = imports.filter((one) => !one.typeOnly && !one.dynamic);
    const onCycle = files.map((file) => file.path).filter((path) => reachable([path], loaded).has(path));
    expect(onCycle).toEqual([]);
  });
});

/** Whole identifiers, or `object.member` chains, that a file uses as code: not in comments, not in strings. */
function usesOf(file: SourceFile, names: readonly string[]): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) || ts.isIdentifier(node)) {
      const text = node.getText(file.tree);
      const isMember = ts.isPropertyAccessExpression(node.parent) && node.parent.name === node;
      const isDeclared = ts.isPropertyAssignment(node.parent) || ts.isPropertySignature(node.parent);
      if (names.includes(text) && !isMember && !isDeclared) found.push(`${file.path}: ${text}`);
    }
    if (ts.isNewExpression(node) && names.includes('new Date') && node.getText(file.tree) === 'new Date()') {
      found.push(`${file.path}: new Date()`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file.tree);
  return found;
}

const PROCESS = [
  ...['argv', 'cwd', 'env', 'exit', 'exitCode', 'on', 'pid', 'platform', 'stdin', 'stdout', 'stderr'].map(
    (member) => `process.${member}`,
  ),
  'console.error',
  'console.log',
];

describe('what is outside comes in through constructors', () => {
  test('no clock, no chance and no timer of its own in the engine', () => {
    const forbidden = [
      'Date.now',
      'performance.now',
      'Math.random',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'new Date',
    ];
    const engine = files.filter((file) => inside(file.path, 'src/engine'));
    expect(engine.flatMap((file) => usesOf(file, forbidden))).toEqual([]);
  });

  test('only the shell and the host know the process', () => {
    const others = files.filter((file) => !inside(file.path, 'src/shell') && !inside(file.path, 'src/host'));
    expect(others.flatMap((file) => usesOf(file, PROCESS))).toEqual([]);
  });

  test('commands and operations read and write no files: the shell does it for them', () => {
    const layers = files.filter(({ path }) => inside(path, 'src/commands') || inside(path, 'src/operations'));
    expect(layers.filter(({ text }) => text.includes("from 'node:fs")).map(({ path }) => path)).toEqual([]);
  });
});

describe('tidiness', () => {
  test('every file is reached from an entry point', () => {
    const alive = reachable(ENTRY_POINTS, imports);
    const dead = files
      .map((file) => file.path)
      .filter((path) => !alive.has(path) && !ENTRY_POINTS.includes(path))
      // Pegasus's interface is declared whole, also what nothing calls yet.
      .filter((path) => !inside(path, 'src/rpc/idl'));
    expect(dead).toEqual([]);
  });

  test('documents that are named are there', () => {
    const named = files.flatMap(({ path, text }) =>
      [...text.matchAll(/\b(?:docs\/)?[\w-]+\.md\b/g)].map(([name]) => ({ path, name })),
    );
    expect(named.filter(({ name }) => !existsSync(join(ROOT, name)))).toEqual([]);
  });

  test('files are at most 400 lines', () => {
    expect(files.filter((file) => file.text.split('\n').length > 401).map((file) => file.path)).toEqual([]);
  });
});
