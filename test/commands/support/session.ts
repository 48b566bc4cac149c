import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../../src/commands/index.ts';
import { memoryHost } from '../../../src/host/memory-fs.ts';
import { type Captured, Disposable } from '../../../src/shell/disposable.ts';
import { type Block, blocksOf, fixture } from './golden.ts';

/** One line of a recorded session, and what pegsh answers to it where the lines before are typed too. */
export interface Step extends Block {
  readonly session: string;
  readonly got: Captured;
}

const NAMES = new Set(
  COMMANDS.filter(({ dialect, isBuilt }) => dialect === 'cpp-shell' && isBuilt).map(({ name }) => name),
);

/**
 * Types recorded sessions of the C++ shell line by line, one session after another on one cluster, as they were
 * recorded: also lines whose answer is withheld, for their effects. Commands that pegsh does not have are left out.
 *
 * @param before what made the cluster as it was
 * @param pauses seconds that passed before a session
 */
export async function replay(
  sessions: readonly string[],
  before: readonly string[],
  pauses: Readonly<Record<string, number>>,
): Promise<Step[]> {
  const elsewhere = mkdtempSync(join(tmpdir(), 'pegsh-session-'));
  const here = process.cwd();
  // Some lines write files (`-o`) into the folder that they are typed in.
  process.chdir(elsewhere);
  try {
    return await replayed(sessions, before, pauses);
  } finally {
    process.chdir(here);
    rmSync(elsewhere, { recursive: true, force: true });
  }
}

async function replayed(
  sessions: readonly string[],
  before: readonly string[],
  pauses: Readonly<Record<string, number>>,
): Promise<Step[]> {
  const place = { directory: '/workspace', host: memoryHost(() => 0) };
  const opened = () =>
    new Disposable({ workingDirectory: '.', environment: { PEGSH_DIALECT: 'cpp-shell' }, place });
  const first = opened();
  for (const line of before) await must(first, line);
  first.dispose();
  const steps: Step[] = [];
  for (const session of sessions) {
    const shell = opened();
    if (session in pauses) await must(shell, `clock advance ${pauses[session]}s`);
    for (const block of blocksOf(fixture(`cpp-shell/sessions/${session}.txt`))) {
      if (!NAMES.has(block.line.split(' ')[0]!)) continue;
      const typed = block.line.replace(RECORDED_PORTS, '$136');
      const got = await shell.runLine([typed, ...block.thenTyped].join('\n'));
      if (!block.withheld) steps.push({ ...block, session, got });
    }
    shell.dispose();
  }
  return steps;
}

/** The recorded cluster had the ports that pegsh gives its first one; here it is the third. */
const RECORDED_PORTS = /(localhost:|127\.0\.0\.1:)34(?=[68]0\d)/g;

export async function must(shell: Disposable, line: string): Promise<void> {
  const { exitCode, stderr } = await shell.runLine(line);
  if (exitCode !== 0) throw new Error(`${line}: ${stderr}`);
}

/** Fields that differ between two runs of the original, too. */
const LOOSENED: readonly (readonly [pattern: RegExp, to: string])[] = [
  // How the original dies: what it said before is kept.
  [/^(F\d{4}-\d\d-\d\d .*|terminate called .*| {2}what\(\).*)\n/gm, ''],
  [/(decree {10}): \d+/g, '$1: N'],
  [/(expire_seconds): [1-9]\d+/g, '$1: SECONDS'],
  [/\d{4}-\d\d-\d\d[_ ]\d\d:\d\d:\d\d/g, 'TIME'],
  [/(localhost|127\.0\.0\.1):\d\d([68])0\d/g, '$1:34$20N'],
  [/(zookeeper_(?:hosts|root)"?\s*: "?)[\w.:/]+ */g, '$1PLACE'],
  [/^(The cluster meta list is: ).*$/gm, '$1METAS'],
  [/^.* not ready yet, still waiting\.\.\. \(\d+\/\d+\)\n/gm, ''],
];

/** A text without what may vary. */
export function shown(text: string): string {
  return LOOSENED.reduce((all, [pattern, to]) => all.replace(pattern, to), text);
}
