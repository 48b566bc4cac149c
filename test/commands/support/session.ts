import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../../src/commands/index.ts';
import type { Answer, Pegsh, WAYS } from '../../support/pegsh.ts';
import { type Block, blocksOf, fixture } from './golden.ts';

/** One line of a recorded session, and what pegsh answers to it where the lines before are typed too. */
export interface Step extends Block {
  readonly session: string;
  readonly got: Answer;
}

export interface ReplayedStep extends Step {
  /** False: of a command that pegsh does not have. */
  readonly isBuilt: boolean;
}

const COMMANDS_BY_NAME = new Map(
  COMMANDS.filter(({ dialect }) => dialect === 'cpp-shell').map((entry) => [entry.name, entry]),
);

/**
 * Types recorded sessions of the C++ shell line by line, one session after another on one cluster, as they were
 * recorded: also lines whose answer is withheld, for their effects.
 *
 * @param open the way to the clusters
 * @param before what made the cluster as it was
 * @param pauses seconds that passed before a session
 */
export async function replay(
  open: (typeof WAYS)[string],
  sessions: readonly string[],
  before: readonly string[],
  pauses: Readonly<Record<string, number>>,
): Promise<ReplayedStep[]> {
  const elsewhere = mkdtempSync(join(tmpdir(), 'pegsh-session-'));
  const here = process.cwd();
  // Some lines write files (`-o`) into the folder that they are typed in.
  process.chdir(elsewhere);
  try {
    return await replayed(await open(before, { PEGSH_DIALECT: 'cpp-shell' }), sessions, pauses);
  } finally {
    process.chdir(here);
    rmSync(elsewhere, { recursive: true, force: true });
  }
}

async function replayed(
  pegsh: Pegsh,
  sessions: readonly string[],
  pauses: Readonly<Record<string, number>>,
): Promise<ReplayedStep[]> {
  const steps: ReplayedStep[] = [];
  for (const session of sessions) {
    await pegsh.begin();
    if (session in pauses) await pegsh.pass(pauses[session]!);
    for (const block of blocksOf(fixture(`cpp-shell/sessions/${session}.txt`))) {
      const [name = ''] = block.line.split(' ');
      const entry = COMMANDS_BY_NAME.get(name);
      if (entry === undefined) continue;
      if (!pegsh.inputEnds && READS_MORE.has(name) && block.thenTyped.length === 0) continue;
      const typed = block.line.replace(RECORDED_PORTS, '$136');
      const got = await pegsh.run([typed, ...block.thenTyped].join('\n'));
      if (!block.withheld) steps.push({ ...block, session, got, isBuilt: entry.isBuilt });
    }
  }
  await pegsh.close();
  return steps;
}

/** Commands that read further lines. */
const READS_MORE = new Set(['check_and_mutate', 'ddd_diagnose', 'set_replica_count']);

/** The recorded cluster had the ports that pegsh gives its first one; here it is the third. */
const RECORDED_PORTS = /(localhost:|127\.0\.0\.1:)34(?=[68]0\d)/g;

/** Fields that differ between two runs of the original, too. */
const LOOSENED: readonly (readonly [pattern: RegExp, to: string])[] = [
  // How the original dies: what it said before is kept.
  [/^(F\d{4}-\d\d-\d\d .*|terminate called .*| {2}what\(\).*)\n/gm, ''],
  [/(decree {10}): \d+/g, '$1: N'],
  [/(expire_seconds): [1-9]\d+/g, '$1: SECONDS'],
  [/\d{4}-\d\d-\d\d[_ ]\d\d:\d\d:\d\d/g, 'TIME'],
  [/(localhost|127\.0\.0\.1):\d\d([68])0\d/g, '$1:34$20N'],
  [/(zookeeper_(?:hosts|root)"?\s*: "?)[\w.:/]+ */g, '$1PLACE'],
  [/("(?:res|virt)_mem_mb": )\d+/g, '$1N'],
  [/("(?:memused_res_mb|mem_tbl_mb|disk_avl_\w+)": )"[\d.]+"/g, '$1"N"'],
  [/^(The cluster meta list is: ).*$/gm, '$1METAS'],
  [/^.* not ready yet, still waiting\.\.\. \(\d+\/\d+\)\n/gm, ''],
];

/** Columns of such fields: memory and disks. */
const LOOSENED_COLUMNS = /\b(?:memused_res_mb|mem_tbl_mb|disk_avl_\w+)\b/g;

/** A text without what may vary. */
export function shown(text: string): string {
  return withoutColumns(LOOSENED.reduce((all, [pattern, to]) => all.replace(pattern, to), text));
}

/** Below such a title, and aligned with it, stands what may vary. */
function withoutColumns(text: string): string {
  let places: (readonly [start: number, end: number])[] = [];
  const lines = text.split('\n').map((line) => {
    const titles = [...line.matchAll(LOOSENED_COLUMNS)].filter(() => !line.includes('"'));
    if (titles.length > 0) places = titles.map(({ 0: title, index }) => [index, index + title.length]);
    if (line === '') places = [];
    if (titles.length > 0) return line;
    return places.reduce(
      (rest, [from, to]) => rest.slice(0, from) + '#'.repeat(to - from) + rest.slice(to),
      line,
    );
  });
  return lines.join('\n');
}
