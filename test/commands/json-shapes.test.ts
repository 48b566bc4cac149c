/** Under --json every command answers in the shape that docs/json.md and docs/commands.md give. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMMANDS } from '../../src/commands/index.ts';
import { globalsOfEnvironment, readGlobals } from '../../src/shell/globals.ts';
import { CommandIndex } from '../../src/shell/resolve.ts';
import { createWorkspace, type TestWorkspace } from '../../src/testing.ts';
import { SESSION } from './support/every-command.ts';

/** `serve` tells of itself (docs/serve.md), `run` gives the answers of its lines, `expect` and `exit` give none. */
const WITHOUT = ['serve', 'run', 'expect', 'exit'];

let folder: string;
let workspace: TestWorkspace;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pegsh-shapes-'));
  writeFileSync(join(folder, 'servers'), 'localhost:34801\n');
  mkdirSync(join(folder, '2.0.pegasus', 'plog'), { recursive: true });
  writeFileSync(join(folder, 'records'), 'h\ts\tv\n');
  writeFileSync(join(folder, 'block.md'), '```console\n$ pegsh clock set manual\n```\n');
  workspace = await createWorkspace();
});

afterAll(async () => {
  await workspace.dispose();
  rmSync(folder, { recursive: true, force: true });
});

test('answers have the keys that are documented', async () => {
  let dupid = '';
  const seen: [string, string][] = [];
  for (const [line] of SESSION) {
    const { stdout } = await workspace.run(`--json ${line.replace('ID', dupid).replace('FOLDER', folder)}`);
    dupid = /"dupid": (\d+)/.exec(stdout)?.[1] ?? dupid;
    seen.push([line, shapeOf(stdout)]);
  }
  expect(seen).toEqual(SESSION);
});

function shapeOf(stdout: string): string {
  const whole = parsed(stdout);
  if (whole !== undefined) return keysOf(whole);
  const lines = stdout.trimEnd().split('\n').map(parsed);
  return lines.includes(undefined) ? stdout : `{${[...new Set(lines.map(keysOf))].join(' | ')}}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keysOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length === 0 ? '' : keysOf(value[0])}]`;
  return typeof value === 'object' && value !== null ? Object.keys(value).join(' ') : JSON.stringify(value);
}

test('there is no command that the session leaves out', () => {
  const lines = SESSION.map(([line]) => line.replace(/^--(dialect \S+|yes) /, ''));
  const isRun = (name: string) => lines.some((line) => line === name || line.startsWith(`${name} `));
  const built = COMMANDS.filter(({ isBuilt, name }) => isBuilt && !WITHOUT.includes(name));
  expect(built.map(({ name }) => name).filter((name) => !isRun(name))).toEqual([]);
});

const OWNERS = { pegsh: 'pegsh', 'admin-cli': 'admin-cli', 'cpp-shell': 'the C++ shell' } as const;

/** The rows of docs/json-keys.md: of each command what its lines answered. */
function rows(): string[] {
  const index = new CommandIndex(COMMANDS);
  const shapes = new Map<string, Set<string>>();
  for (const [line, shape] of SESSION) {
    const { globals, rest } = readGlobals(line.split(/\s+/), globalsOfEnvironment({}));
    const { entry } = index.find(rest, globals.dialect)!;
    const row = `| ${OWNERS[entry.dialect]} | \`${entry.name}\``;
    shapes.set(row, new Set([...(shapes.get(row) ?? []), shape]));
  }
  return [...shapes]
    .map(
      ([row, seen]) =>
        `${row} | ${[...seen].map((keys) => (keys === '' ? '(none)' : `\`${keys}\``)).join(', ')} |`,
    )
    .sort();
}

test('docs/json-keys.md has them', () => {
  const documented = readFileSync(new URL('../../docs/json-keys.md', import.meta.url), 'utf8');
  expect(documented.split('\n').filter((line) => line.includes('| `'))).toEqual(rows());
});
