import { tabular } from '../../output/tablewriter.ts';
import type { NodeInfo } from '../../rpc/idl/cluster.ts';
import { queryConfig } from './shared/config-query.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answered } from './shared/meta-call.ts';
import { combined, type NodeRow, nodeRows, nodeTable } from './shared/node-rows.ts';

interface Partition {
  readonly pidx: number;
  readonly primary: string;
  readonly secondaries: readonly string[];
}

interface Reply {
  readonly nodes: readonly NodeRow[];
  readonly partitions: readonly Partition[];
}

export default grumbleCommand<void, Reply>({
  name: 'table-partitions',
  help: 'show how the partitions distributed in the cluster',
  examples: ['table-partitions'],
  isLook: true,
  needsTable: true,
  parse: () => undefined,
  async run(ctx) {
    const { partitions } = await queryConfig(ctx, ctx.session.table);
    const { infos } = await answered('ListNodes', ctx.meta.listNodes({ status: 'NS_INVALID' }));
    const name = nameIn(infos);
    return {
      nodes: nodeRows(infos, partitions),
      partitions: partitions.map(({ pid, primary, secondaries }) => ({
        pidx: pid.partition_index,
        primary: primary === '' ? 'unknown(0.0.0.0:0)' : name(primary),
        secondaries: secondaries.map(name),
      })),
    };
  },
  print({ nodes, partitions }) {
    const header = ['pidx', 'primary', 'secondaries'];
    const rows = partitions.map(({ pidx, primary, secondaries }) => [
      String(pidx),
      primary,
      secondaries.join(','),
    ]);
    return {
      out: `[PartitionCount]\n${nodeTable(nodes)}[PartitionDistribution]\n${tabular(header, rows)}`,
    };
  },
});

function nameIn(infos: readonly NodeInfo[]): (node: string) => string {
  const names = new Map(infos.map((info) => [info.node, combined(info)]));
  return (node) => names.get(node) ?? combined({ node });
}
