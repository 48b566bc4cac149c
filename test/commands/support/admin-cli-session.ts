import { COMMANDS } from '../../../src/commands/index.ts';
import { memoryHost } from '../../../src/host/memory-fs.ts';
import { type Captured, Disposable } from '../../../src/shell/disposable.ts';
import { CommandIndex } from '../../../src/shell/resolve.ts';
import { splitAdminCli } from '../../../src/shell/tokens.ts';
import { must } from '../../support/pegsh.ts';
import { type Block, blocksOf, fixture } from './golden.ts';

/** What was typed into one process of admin-cli, and what pegsh answers where all that was before is typed, too. */
export interface AdminCliStep extends Block {
  readonly session: string;
  readonly got: Captured;
}

/** The recorded cluster: one meta server, three replica servers, two tables, and another cluster that is down. */
const BEFORE = [
  'cluster create onebox2 --metas 1',
  'cluster remove onebox --yes',
  'cluster create onebox --metas 1',
  'cluster use onebox2',
  'node kill meta1 replica1 replica2 replica3',
  'cluster use onebox',
  'create -p 4 stat',
  'create -p 8 temp',
];

/** Each block is a line of one shell on a terminal; elsewhere it is a process, with ` | ` between lines typed. */
const ONE_SHELL = new Set(['use-interactive', 'duplication']);

/** What the original sends for a line that is understood otherwise here. */
const MEANT: Readonly<Record<string, string>> = { 'create -p 4 -r 4 a4': 'create -p 4 -r 3 a4' };

/** Servers hear of a split with their next config sync: every 30 seconds here, more often where it was recorded. */
const LATER = 'clock advance 1m';

/** What happened before a session. */
const PAUSES: Readonly<Record<string, string>> = { 'split-pause-restart-cancel': LATER };

const index = new CommandIndex(COMMANDS);

/** Types recorded sessions, one after another on one cluster. Commands that pegsh does not have are left out. */
export async function replayAdminCli(sessions: readonly string[]): Promise<AdminCliStep[]> {
  const place = { directory: '/workspace', host: memoryHost(() => 0) };
  const environment = { PEGSH_DIALECT: 'admin-cli' };
  const opened = () => new Disposable({ workingDirectory: '.', environment, place });
  const first = opened();
  for (const line of BEFORE) await must(first, line);
  first.dispose();
  const steps: AdminCliStep[] = [];
  const ids = new Map<string, string>();
  for (const session of sessions) {
    let shell = opened();
    if (session in PAUSES) await must(shell, PAUSES[session]!);
    for (const block of blocksOf(fixture(`admin-cli/onebox/${session}.txt`))) {
      if (block.line.startsWith('(')) {
        await must(shell, LATER);
        continue;
      }
      const lines = block.line
        .split(' | ')
        .map((line) => line.replace(/\b\d{10}\b/g, (id) => ids.get(id) ?? id));
      if (!lines.every(isBuilt)) continue;
      if (!ONE_SHELL.has(session)) {
        shell.dispose();
        shell = opened();
      }
      const got = await typed(shell, lines);
      if (block.line in MEANT) await must(shell, MEANT[block.line]!);
      learnId(ids, block.stdout, got.stdout);
      if (!block.withheld) steps.push({ ...block, session, got });
    }
    shell.dispose();
  }
  return steps;
}

function isBuilt(line: string): boolean {
  return index.find(splitAdminCli(line), 'admin-cli')?.entry.isBuilt !== false;
}

/** The recorded cluster had the ports that pegsh gives its first one; here it is the third. */
const RECORDED_PORTS = /(127\.0\.0\.1:)34(?=[68]0\d)/g;

async function typed(shell: Disposable, lines: readonly string[]): Promise<Captured> {
  const got: Captured[] = [];
  for (const line of lines) got.push(await shell.runLine(line.replace(RECORDED_PORTS, '$136')));
  const all = (stream: 'stdout' | 'stderr' | 'text') => got.map((one) => one[stream]).join('');
  return { stdout: all('stdout'), stderr: all('stderr'), text: all('text'), exitCode: got.at(-1)!.exitCode };
}

/** A duplication is named by when it was made. */
function learnId(ids: Map<string, string>, recorded: string, ours: string): void {
  const [theirs, own] = [recorded, ours].map((text) => /\bdupid"?: (\d{10})\b/.exec(text)?.[1]);
  if (theirs !== undefined && own !== undefined) ids.set(theirs, own);
}

/** Fields that differ between two runs of the original, too. */
const LOOSENED: readonly (readonly [pattern: RegExp, to: string])[] = [
  [/\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?/g, 'TIME'],
  [/\b\d{10}(\d{3})?\b/g, 'ID'],
  [/(localhost|127\.0\.0\.1):\d\d([68])0(\d)/g, '$1:34$20$3'],
  // Which servers hold a partition.
  [/^\| \d+ +\| localhost\(.*\|$/gm, 'PARTITION'],
  // Disks: their columns are as wide as their numbers.
  [/^\| default \| \d+ +\| \d+ +\| \d+ +\|$/gm, 'DISK'],
];

/** Ours and what was recorded, without what may vary. In its own shell, the original tells of errors on stdout. */
export function compared({
  session,
  line,
  stdout,
  stderr,
  got,
}: AdminCliStep): [ours: string[], recorded: string[]] {
  const inShell = ONE_SHELL.has(session) || session.includes('piped');
  const ours = inShell ? [got.text] : [got.stdout, got.stderr];
  const recorded = inShell ? [stdout] : [stdout, stderr];
  return [ours.map((text) => shown(line, text)), recorded.map((text) => shown(line, text))];
}

function shown(line: string, text: string): string {
  const same = LOOSENED.reduce((all, [pattern, to]) => all.replace(pattern, to), text);
  if (line.startsWith('disk-capacity'))
    return same.replace(/^[+|][- +|]*\n|\x1b\[1m *(\w+) *\x1b\[0m/gm, '$1');
  // The original asks several servers in any order.
  return line.startsWith('remote-command') ? same.split('\n\n').sort().join('\n\n') : same;
}
