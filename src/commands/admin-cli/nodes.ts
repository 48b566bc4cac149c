import type { AppInfo, PartitionConfiguration } from '../../rpc/idl/layer2.ts';
import type { Context } from '../command.ts';
import { Refusal } from '../mirrored.ts';
import { queryConfig } from './shared/config-query.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answered, refused } from './shared/meta-call.ts';
import { type NodeRow, nodeRows, nodeTable } from './shared/node-rows.ts';

export default grumbleCommand<void, readonly NodeRow[]>({
  name: 'nodes',
  help: 'displays the nodes overall status',
  examples: ['nodes'],
  isLook: true,
  parse: () => undefined,
  async run(ctx) {
    const { infos } = await answered('ListNodes', ctx.meta.listNodes({ status: 'NS_INVALID' }));
    const { infos: apps } = await answered('ListApps', ctx.meta.listApps({ status: 'AS_AVAILABLE' }));
    const partitions = await partitionsOf(ctx, apps);
    return nodeRows(infos, partitions, 'fill nodes replica count info failed: ');
  },
  print: (rows) => ({ out: nodeTable(rows) }),
});

/** @throws Refusal with all that is wrong: the original asks for every table at once */
async function partitionsOf(ctx: Context, apps: readonly AppInfo[]): Promise<PartitionConfiguration[]> {
  const partitions: PartitionConfiguration[] = [];
  const refusals: Refusal[] = [];
  for (const { app_name } of apps) {
    try {
      const config = await queryConfig(ctx, app_name, `query config failed for "${app_name}" : `);
      partitions.push(...config.partitions);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusals.push(error);
    }
  }
  const [first, ...others] = refusals;
  if (first === undefined) return partitions;
  if (others.length === 0) throw first;
  throw refused(first.code, `[${refusals.map(({ message }) => message).join(', ')}]`);
}
