import { describe, expect, test } from 'vitest';
import { type Import, importsOf, sourceFiles } from './support/source-tree.ts';

const files = sourceFiles();
const imports = files.flatMap(importsOf);

/** The layers, and for each what it may import besides itself. Anything may import `COMMON`. */
const LAYERS: Record<string, readonly string[]> = {
  'src/shell': ['src/commands', 'src/output', 'src/rpc', 'src/host', 'src/engine/storage/host.ts'],
  'src/commands': ['src/operations', 'src/rpc/client', 'src/rpc/idl', 'src/output'],
  'src/operations': ['src/rpc/client', 'src/rpc/idl'],
  'src/rpc/client': ['src/rpc/transport', 'src/rpc/idl'],
  'src/rpc/transport': ['src/rpc/codec', 'src/rpc/idl'],
  'src/rpc/codec': ['src/rpc/idl'],
  'src/rpc/idl': [],
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
  'src/commands/index.ts': ['src/commands'],
  'src/rpc/method.ts': ['src/rpc/idl/schema.ts'],
  'src/index.ts': ['src/'],
  'src/testing.ts': ['src/'],
};

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
  const target = layerOf(to);
  return (
    target === layer || LAYERS[layer]!.some((allowed) => target !== undefined && inside(target, allowed))
  );
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
