import { queryConfig } from './config-query.ts';
import { grumbleCommand } from './grumble-command.ts';
import { answered } from './meta-call.ts';
import { type NodeRow, nodeRows, nodeTable } from './node-rows.ts';

export default grumbleCommand<void, readonly NodeRow[]>({
  name: 'nodes',
  help: 'displays the nodes overall status',
  examples: ['nodes'],
  isLook: true,
  parse: () => undefined,
  async run(ctx) {
    const { infos } = await answered('ListNodes', ctx.meta.listNodes({ status: 'NS_INVALID' }));
    const { infos: apps } = await answered('ListApps', ctx.meta.listApps({ status: 'AS_AVAILABLE' }));
    const partitions = [];
    for (const { app_name } of apps) {
      const config = await queryConfig(ctx, app_name, `query config failed for "${app_name}" : `);
      partitions.push(...config.partitions);
    }
    return nodeRows(infos, partitions, 'fill nodes replica count info failed: ');
  },
  print: (rows) => ({ out: nodeTable(rows) }),
});
