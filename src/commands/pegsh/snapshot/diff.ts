import { sanitize } from '../../../output/sanitize.ts';
import { readOwn } from '../../grammar/own.ts';
import type { SnapshotDifference } from '../../shell.ts';
import { own } from '../shared/own-command.ts';

interface Args {
  readonly from: string;
  readonly to: string | undefined;
}

interface Reply {
  readonly from: string;
  /** The workspace as it is, when null. */
  readonly to: string | null;
  readonly differences: readonly SnapshotDifference[];
}

const LONGEST = 100;

export default own<Args, Reply>({
  name: 'snapshot diff',
  summary: 'Show what differs between a snapshot and the workspace, or another snapshot, record by record.',
  usage: 'snapshot diff NAME [NAME]',
  examples: ['pegsh snapshot diff before-upgrade', 'pegsh snapshot diff monday tuesday'],
  offline: true,
  isLook: true,
  parse(argv) {
    const typed = readOwn(argv, { command: 'snapshot diff', words: ['NAME', '[NAME]'] });
    return { from: typed.words[0] as string, to: typed.words[1] };
  },
  async run(ctx, { from, to }) {
    return { from, to: to ?? null, differences: (await ctx.shell.workspace.snapshots()).diff(from, to) };
  },
  print({ differences }) {
    const lines: string[] = [];
    let path = '';
    for (const difference of differences) {
      if (difference.path !== path) lines.push(difference.path);
      path = difference.path;
      lines.push(...linesOf(difference).map((line) => `  ${line}`));
    }
    if (lines.length === 0) return { out: 'no difference\n' };
    return { out: lines.map((line) => `${sanitize(line)}\n`).join('') };
  },
});

/** `+` is new, `-` is gone; of a changed record, the members that changed. */
function linesOf({ record, before, after }: SnapshotDifference): string[] {
  const name = record === '' ? '' : `${record} `;
  if (before === undefined) return [`+ ${name}${shown(after)}`];
  if (after === undefined) return [`- ${name}${shown(before)}`];
  const [old, now] = [membersOf(before), membersOf(after)];
  if (old === undefined || now === undefined) return [`~ ${name}${shown(before)} -> ${shown(after)}`];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((key) => shownWhole(old[key]) !== shownWhole(now[key]))
    .map((key) => `~ ${name}${key}: ${shown(old[key])} -> ${shown(now[key])}`);
}

function membersOf(value: unknown): Record<string, unknown> | undefined {
  const hasMembers = typeof value === 'object' && value !== null && !Array.isArray(value);
  return hasMembers ? (value as Record<string, unknown>) : undefined;
}

function shown(value: unknown): string {
  const text = shownWhole(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function shownWhole(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
