import { ClusterError, UsageError } from '../../../errors.ts';
import {
  type Progress,
  type Scope,
  type VerifyReport,
  verifyDuplication,
} from '../../../operations/duplication-verify.ts';
import type { DuplicationEntry } from '../../../rpc/idl/duplication.ts';
import { escapeBytes } from '../../../rpc/idl/escaped-bytes.ts';
import type { Context } from '../../command.ts';
import { readOwn, wholeNumber } from '../../grammar/own.ts';
import { own } from '../shared/own-command.ts';
import { statusLine } from '../shared/status-line.ts';

interface Args extends Scope {
  readonly table: string;
  readonly dupid: number | undefined;
}

interface Reply extends VerifyReport {
  readonly table: string;
  readonly dupid: number;
  readonly status: string;
  readonly remote: string;
  readonly remote_table: string;
  /** In percent of the hash keys. */
  readonly sample: number;
}

export default own<Args, Reply>({
  name: 'dup verify',
  aliases: ['duplication verify'],
  summary: 'Compare a table with its follower record by record, whole or in part; exit 1 if they differ.',
  usage: 'dup verify TABLE [--dup ID] [--partition N]… [--sample PERCENT]',
  examples: [
    'pegsh dup verify test1',
    'pegsh dup verify test1 --dup 1767225671',
    'pegsh dup verify test1 --sample 5%',
    'pegsh dup verify test1 --partition 3',
  ],
  isLook: true,
  parse(argv) {
    const typed = readOwn(argv, {
      command: 'dup verify',
      words: ['TABLE'],
      values: ['dup', 'partition', 'sample'],
    });
    const id = typed.value('dup');
    const partitions = typed.valuesOf('partition').flatMap((text) => text.split(','));
    return {
      table: typed.words[0] as string,
      dupid: id === undefined ? undefined : wholeNumber(id, '--dup'),
      partitions:
        partitions.length === 0 ? undefined : partitions.map((text) => wholeNumber(text, '--partition')),
      share: shareOf(typed.value('sample') ?? '100%'),
    };
  },
  async run(ctx, args) {
    const entry = await findDuplication(ctx, args);
    const { dupid, status, remote, remote_app_name: remote_table = args.table } = entry;
    const source = { meta: ctx.meta, data: ctx.data, cluster: ctx.session.cluster, table: args.table };
    const { meta, data } = ctx.cluster(remote);
    const follower = { meta, data, cluster: remote, table: remote_table };
    const progress = (pidx: number) => progressOf(ctx, args.table, dupid, pidx);
    const tell = statusLine(ctx);
    const report = await verifyDuplication({ source, follower, progress, scope: args, tell }).finally(() =>
      tell(''),
    );
    const sample = Math.round(args.share * 100_000) / 1000;
    return { table: args.table, dupid, status, remote, remote_table, sample, ...report };
  },
  print(reply) {
    const { table, remote, remote_table, source_records, follower_records } = reply;
    const differing = reply.missing + reply.different + reply.surplus;
    const sides = `${table} (${source_records} records) and ${remote}/${remote_table} (${follower_records} records)`;
    const part = partText(reply);
    if (differing === 0) return { out: `${sides}: equal${part}\n${movedText(reply)}` };
    const verdict = `${reply.missing} missing, ${reply.different} different, ${reply.surplus} only on ${remote}`;
    const behind =
      reply.status === 'DS_LOG' ? '' : `the duplication is in ${reply.status}: pegsh dup diagnose ${table}\n`;
    return {
      out: `${sides}: ${verdict}${part}\n${listed(reply, differing)}${movedText(reply)}${behind}`,
      exitCode: 1,
    };
  },
});

/** `5%`, `0.1%`, `5` */
function shareOf(text: string): number {
  const percent = Number(/^(\d{1,3}(?:\.\d{1,3})?)%?$/.exec(text)?.[1]);
  if (percent > 0 && percent <= 100) return percent / 100;
  throw new UsageError(`--sample takes a share in percent, above 0 and up to 100, not "${text}"`);
}

function listed({ differences, partitions }: Reply, differing: number): string {
  const lines = differences.map(({ kind, hash_key, sort_key, pidx }) => {
    const where = partitions.length > 1 ? `  partition ${pidx}` : '';
    return `  ${kind.padEnd(9)}  "${escapeBytes(hash_key)}" : "${escapeBytes(sort_key)}"${where}\n`;
  });
  const more = differing > lines.length ? `  … and ${differing - lines.length} more\n` : '';
  return lines.join('') + more;
}

/** What was left out. */
function partText({ partitions, sample }: Reply): string {
  const share = sample === 100 ? '' : `, of ${sample}% of the hash keys`;
  const only = partitions.length === 1 ? partitions[0]?.pidx : undefined;
  return share + (only === undefined || only < 0 ? '' : `, partition ${only}`);
}

/** Both sides are compared at one decree, unless one of them moves on. */
function movedText({ partitions, status }: Reply): string {
  const moved = partitions.filter((partition) => partition.decree < 0);
  if (moved.length === 0 || status !== 'DS_LOG') return '';
  const which = moved.map((partition) => partition.pidx);
  return which.includes(-1)
    ? 'the tables have not as many partitions as each other: records may be where nobody looks for them\n'
    : `not at one decree: partition ${which.join(', ')} went on, or is behind\n`;
}

async function progressOf(
  ctx: Context,
  table: string,
  dupid: number,
  partition: number,
): Promise<Progress | undefined> {
  const { duplications } = await ctx.control.duplicationStates({
    cluster: ctx.session.cluster,
    app_name: table,
    partition,
  });
  const state = duplications.find((one) => one.dupid === dupid)?.partitions[0];
  return state && { committed: state.last_committed_decree, shipped: state.last_decree };
}

async function findDuplication(ctx: Context, { table, dupid }: Args): Promise<DuplicationEntry> {
  const reply = await ctx.meta.queryDuplication({ app_name: table });
  if (reply.err !== 'ERR_OK')
    throw new ClusterError(reply.err, `there is no table '${table}'`, 'pegsh ls shows those there are');
  const found = reply.entry_list.filter((entry) => dupid === undefined || entry.dupid === dupid);
  const [entry] = found;
  if (entry === undefined) {
    const which = dupid === undefined ? 'duplication' : `duplication ${dupid}`;
    throw new ClusterError(
      'ERR_OBJECT_NOT_FOUND',
      `table '${table}' has no ${which}`,
      `pegsh query_dup ${table}`,
    );
  }
  if (found.length === 1) return entry;
  const ids = found.map((one) => `${one.dupid} to ${one.remote}`).join(', ');
  throw new UsageError(`table '${table}' has several duplications: ${ids}`, 'choose one with --dup ID');
}
