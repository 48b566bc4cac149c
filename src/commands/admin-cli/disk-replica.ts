import { tabular } from '../../output/tablewriter.ts';
import { diskInfos, gpidsOf, NODE_FLAG, TABLE_FLAG } from './shared/disk-info.ts';
import { grumbleCommand } from './shared/grumble-command.ts';

interface Args {
  readonly node: string;
  readonly table: string;
}

interface Row {
  readonly disk: string;
  readonly primary: number;
  readonly secondary: number;
  readonly total: number;
}

export default grumbleCommand<Args, readonly Row[]>({
  name: 'disk-replica',
  help: 'query disk replica count info',
  flags: [NODE_FLAG, TABLE_FLAG],
  examples: ['disk-replica -n 127.0.0.1:34801'],
  isLook: true,
  parse: ({ flags }) => ({ node: String(flags.get('node')), table: String(flags.get('table')) }),
  async run(ctx, { node, table }) {
    const infos = await diskInfos(ctx, node, table);
    return infos.map(({ tag, holding_primary_replicas, holding_secondary_replicas }) => {
      const primary = gpidsOf(holding_primary_replicas).length;
      const secondary = gpidsOf(holding_secondary_replicas).length;
      return { disk: tag, primary, secondary, total: primary + secondary };
    });
  },
  print: (rows) => ({
    out: tabular(
      ['disk', 'primary', 'secondary', 'total'],
      rows.map(({ disk, primary, secondary, total }) => [
        disk,
        String(primary),
        String(secondary),
        String(total),
      ]),
    ),
  }),
});
