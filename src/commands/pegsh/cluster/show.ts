import type { ClusterState, ConfigRow } from '../../../rpc/idl/control.ts';
import { readOwn } from '../../grammar/own.ts';
import { columns, fields } from '../shared/columns.ts';
import { own } from '../shared/own-command.ts';
import { authOf } from './list.ts';

interface Shown extends ClusterState {
  /** What differs from the default. */
  readonly changed: readonly ConfigRow[];
}

export default own<{ name: string | undefined }, Shown>({
  name: 'cluster show',
  summary: 'Show one cluster: its servers, what is configured, its defects and repairs.',
  usage: 'cluster show [NAME]',
  examples: ['pegsh cluster show', 'pegsh cluster show B'],
  isLook: true,
  parse: (argv) => ({ name: readOwn(argv, { command: 'cluster show', words: ['[NAME]'] }).words[0] }),
  async run(ctx, args) {
    const name = args.name ?? ctx.session.cluster;
    const { rows } = await ctx.control.getConfig({ name });
    const { clusters } = await ctx.control.listClusters({});
    const cluster = clusters.find((one) => one.name === name)!;
    return { ...cluster, changed: rows.filter((row) => !row.is_default) };
  },
  print(cluster, _, { width }) {
    const facts = fields([
      ['name', cluster.name],
      ['id', cluster.cluster_id],
      ['current', cluster.is_current ? 'yes' : 'no'],
      ['meta servers', cluster.metas.join(', ')],
      ['leader', cluster.leader === '' ? 'none' : cluster.leader],
      ['replica servers', cluster.replicas.join(', ')],
      ['authentication', authOf(cluster)],
      ['defects', cluster.defects.join(', ') || 'none'],
      ...(cluster.repairs.length === 0 ? [] : [['repaired', cluster.repairs.join(', ')] as [string, string]]),
    ]);
    const rows = cluster.changed.map((row) => [row.key, row.value, row.default_value]);
    return {
      out: rows.length === 0 ? facts : `${facts}\n${columns(['setting', 'value', 'default'], rows, width)}`,
    };
  },
});
