import { ClusterError } from '../../../errors.ts';
import {
  type Decrees,
  type Diagnosis,
  diagnoseDuplications,
  type Removal,
} from '../../../operations/duplication-diagnose.ts';
import { sanitize } from '../../../output/sanitize.ts';
import { dateTime } from '../../../rpc/idl/time.ts';
import type { Context } from '../../command.ts';
import { durationText } from '../../grammar/duration.ts';
import { readOwn } from '../../grammar/own.ts';
import { columns, fields } from '../shared/columns.ts';
import { own } from '../shared/own-command.ts';

/** Rows of decrees that are shown where nobody asked for all. */
const MOST_PARTITIONS = 8;

/** Of the primary: committed in RAM, checkpoint on disk, wanted and shipped in RAM; of the meta server: stored on disk. */
const HEAD = ['partition', 'primary', 'committed', 'on disk', 'wanted', 'shipped', 'confirmed', 'stored', ''];

interface Reply {
  readonly now_ms: number;
  readonly duplications: readonly Diagnosis[];
  readonly removed: readonly Removal[];
}

interface Args {
  readonly table: string | undefined;
  /** Also the decrees of partitions with which nothing is wrong. */
  readonly all: boolean;
}

export default own<Args, Reply>({
  name: 'dup diagnose',
  aliases: ['duplication diagnose'],
  summary: 'Say why duplications are where they are, and what would move them on; exit 1 if one is blocked.',
  usage: 'dup diagnose [TABLE] [--all]',
  examples: ['pegsh dup diagnose', 'pegsh dup diagnose test1', 'pegsh dup diagnose --all'],
  isLook: true,
  parse(argv) {
    const typed = readOwn(argv, { command: 'dup diagnose', words: ['[TABLE]'], switches: ['all'] });
    return { table: typed.words[0], all: typed.has('all') };
  },
  async run(ctx, { table }) {
    const reply = await diagnoseDuplications(ctx.control, ctx.session.cluster, table);
    if (table !== undefined && reply.duplications.length + reply.removed.length === 0)
      await checkTable(ctx, table);
    return reply;
  },
  print({ now_ms, duplications, removed }, { table, all }) {
    if (duplications.length + removed.length === 0)
      return { out: `no duplication${table === undefined ? 's' : ` of ${table}`}\n` };
    const isBlocked = duplications.some((diagnosis) => diagnosis.verdict === 'blocked');
    const out = [
      ...removed.map((one) => shownRemoval(one, now_ms)),
      ...duplications.map((one) => shown(one, now_ms) + decreesOf(one, all)),
    ];
    return { out: out.join('\n'), exitCode: isBlocked || removed.length > 0 ? 1 : 0 };
  },
});

/** @throws ClusterError where there is no such table */
async function checkTable(ctx: Context, table: string): Promise<void> {
  const { err } = await ctx.meta.queryDuplication({ app_name: table });
  if (err === 'ERR_OK') return;
  throw new ClusterError(err, `there is no table '${table}'`, 'pegsh ls shows those there are');
}

function shownRemoval(removal: Removal, nowMs: number): string {
  const { table, dupid, remote, remote_table, at_ms, limit_ms } = removal;
  const rows: [string, string][] = [
    ['  since', `${dateTime(at_ms)} (${durationText(nowMs - at_ms)})`],
    [
      '  why',
      `it was not shipping within its limit of ${durationText(limit_ms)} (pegsh.dup_prepare_timeout_remove)`,
    ],
    ...actionRows(removal.actions),
  ];
  return `${sanitize(`${table} -> ${remote}/${remote_table} (duplication ${dupid}): REMOVED`)}\n${fields(rows)}`;
}

function actionRows(actions: readonly string[]): [string, string][] {
  return actions.map((action, at) => [at === 0 ? '  do' : '', action]);
}

function shown(diagnosis: Diagnosis, nowMs: number): string {
  const { table, dupid, remote, remote_table, status, verdict, error, side } = diagnosis;
  const title = `${table} -> ${remote}/${remote_table} (duplication ${dupid}): ${status}, ${verdict.toUpperCase()}\n`;
  const rows: [string, string][] = [
    ['  since', `${dateTime(diagnosis.since_ms)} (${durationText(nowMs - diagnosis.since_ms)})`],
    ['  why', side === '' ? diagnosis.reason : `${side} side: ${diagnosis.reason}`],
  ];
  const where = placesOf(diagnosis);
  if (where !== '') rows.push(['  where', where]);
  if (status === 'DS_PREPARE') {
    rows.push([
      '  checkpoints',
      `${diagnosis.prepared} of ${diagnosis.partition_count} partitions have theirs`,
    ]);
  }
  if (error !== null) {
    const times = error.attempts === 1 ? 'once' : `${error.attempts} times`;
    const last = durationText(nowMs - error.at_ms);
    rows.push(['  error', `${error.step}: ${error.code}, ${times}, the last one ${last} ago`]);
    rows.push(['  log', error.log_line]);
  }
  rows.push(...actionRows(diagnosis.actions));
  return title + fields(rows.map(([name, value]) => [name, sanitize(value)]));
}

/** RAM beside disk, of the partitions that the reason is about; `all`: of every partition, whatever is wrong. */
function decreesOf({ decrees, partitions, verdict }: Diagnosis, all: boolean): string {
  const isConcerned = ({ pidx }: Decrees) => all || partitions.length === 0 || partitions.includes(pidx);
  const concerned = verdict === 'blocked' || all ? decrees.filter(isConcerned) : [];
  if (concerned.length === 0) return '';
  const listed = all ? concerned : concerned.slice(0, MOST_PARTITIONS);
  const more = concerned.length - listed.length;
  const rest = more === 0 ? '' : `… and ${more} more: pegsh dup diagnose --all\n`;
  return (columns(HEAD, listed.map(rowOf)) + rest).replace(/^(?=.)/gm, '  ');
}

function rowOf(one: Decrees): (string | number)[] {
  const decree = (value: number): string => (value < 0 ? '-' : `${value}`);
  return [
    one.pidx,
    one.primary || 'none',
    decree(one.committed),
    decree(one.durable),
    `${decree(one.wanted)}${one.prepared ? ' ok' : ''}`,
    decree(one.shipped),
    decree(one.confirmed),
    decree(one.stored),
    ...(one.error === '' ? [''] : [one.error]),
  ];
}

function placesOf({ partitions, partition_count, nodes }: Diagnosis): string {
  if (partitions.length === 0) return nodes.join(', ');
  const which =
    partitions.length === partition_count
      ? `all ${partition_count} partitions`
      : `partition${partitions.length === 1 ? '' : 's'} ${partitions.join(', ')} of ${partition_count}`;
  return nodes.length === 0 ? which : `${which}, on ${nodes.join(', ')}`;
}
