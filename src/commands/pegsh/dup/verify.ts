import { ClusterError, UsageError } from '../../../errors.ts';
import { type VerifyReport, verifyDuplication } from '../../../operations/duplication-verify.ts';
import { escapeBytes } from '../../../output/sanitize.ts';
import type { DuplicationEntry } from '../../../rpc/idl/duplication.ts';
import type { Context } from '../../command.ts';
import { readOwn, wholeNumber } from '../../grammar/own.ts';
import { own } from '../own-command.ts';

interface Args {
  readonly table: string;
  readonly dupid: number | undefined;
}

interface Reply extends VerifyReport {
  readonly table: string;
  readonly dupid: number;
  readonly status: string;
  readonly remote: string;
  readonly remote_table: string;
}

export default own<Args, Reply>({
  name: 'dup verify',
  aliases: ['duplication verify'],
  summary: 'Compare a table with its follower record by record; exit 1 if they differ.',
  usage: 'dup verify TABLE [--dup ID]',
  examples: ['pegsh dup verify test1', 'pegsh dup verify test1 --dup 1767225671'],
  parse(argv) {
    const typed = readOwn(argv, { command: 'dup verify', words: ['TABLE'], values: ['dup'] });
    const id = typed.value('dup');
    return {
      table: typed.words[0] as string,
      dupid: id === undefined ? undefined : wholeNumber(id, '--dup'),
    };
  },
  async run(ctx, args) {
    const {
      dupid,
      status,
      remote,
      remote_app_name: remote_table = args.table,
    } = await findDuplication(ctx, args);
    const source = { meta: ctx.meta, data: ctx.data, cluster: ctx.session.cluster, table: args.table };
    const follower = { ...ctx.cluster(remote), cluster: remote, table: remote_table };
    return {
      table: args.table,
      dupid,
      status,
      remote,
      remote_table,
      ...(await verifyDuplication(source, follower)),
    };
  },
  print(reply) {
    const { table, remote, remote_table, source_records, follower_records, differences } = reply;
    const differing = reply.missing + reply.different + reply.surplus;
    const sides = `${table} (${source_records} records) and ${remote}/${remote_table} (${follower_records} records)`;
    if (differing === 0) return { out: `${sides}: equal\n` };
    const verdict = `${reply.missing} missing, ${reply.different} different, ${reply.surplus} only on ${remote}`;
    const listed = differences.map(({ kind, hash_key, sort_key }) => {
      return `  ${kind.padEnd(9)}  "${escapeBytes(hash_key)}" : "${escapeBytes(sort_key)}"\n`;
    });
    const more = differing > listed.length ? `  … and ${differing - listed.length} more\n` : '';
    const behind =
      reply.status === 'DS_LOG' ? '' : `the duplication is in ${reply.status}: pegsh dup diagnose ${table}\n`;
    return { out: `${sides}: ${verdict}\n${listed.join('')}${more}${behind}`, exitCode: 1 };
  },
});

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
