import type { AppInfo, PartitionConfiguration } from '../../rpc/idl/layer2.ts';
import type { Context } from '../command.ts';
import { Refusal } from '../mirrored.ts';
import { queryConfig } from './shared/config-query.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answered, refuseAny } from './shared/meta-call.ts';
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

/** Asks for every table at once. @throws Refusal with all that is wrong */
async function partitionsOf(ctx: Context, apps: readonly AppInfo[]): Promise<PartitionConfiguration[]> {
  const refusals: Refusal[] = [];
  const asked = apps.map(async ({ app_name }) => {
    try {
      const config = await queryConfig(ctx, app_name, `query config failed for "${app_name}" : `);
      return config.partitions;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refusals.push(error);
      return [];
    }
  });
  const partitions = (await Promise.all(asked)).flat();
  refuseAny(
    refusals.map(({ message }) => message),
    refusals[0]?.code,
  );
  return partitions;
}
