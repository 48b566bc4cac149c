import { tabular } from '../../output/tablewriter.ts';
import { textFlag } from '../grammar/grumble.ts';
import {
  type DiskReplica,
  type DiskUse,
  diskInfos,
  diskUseOf,
  NODE_FLAG,
  replicasOn,
  TABLE_FLAG,
} from './shared/disk-info.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { serverNamed } from './shared/servers.ts';

interface Args {
  readonly node: string;
  readonly disk: string;
  readonly table: string;
}

/** All disks, or the replicas of one. */
type Reply = { readonly disks: readonly DiskUse[] } | { readonly replicas: readonly DiskReplica[] };

export default grumbleCommand<Args, Reply>({
  name: 'disk-capacity',
  help: 'query disk capacity info ',
  flags: [NODE_FLAG, textFlag('d', 'disk', 'disk tag, for example, ssd1'), TABLE_FLAG],
  examples: ['disk-capacity -n 127.0.0.1:34801', 'disk-capacity -n 127.0.0.1:34801 -d default'],
  isLook: true,
  parse: ({ flags }) => ({
    node: String(flags.get('node')),
    disk: String(flags.get('disk')),
    table: String(flags.get('table')),
  }),
  async run(ctx, { node, disk, table }) {
    const infos = await diskInfos(ctx, node, table);
    const chosen = infos.find(({ tag }) => tag === disk);
    if (disk === '' || chosen === undefined) return { disks: infos.map(diskUseOf) };
    return { replicas: await replicasOn(ctx, await serverNamed(ctx, 'replica', node), chosen) };
  },
  print(reply) {
    if ('disks' in reply) {
      const rows = reply.disks.map(({ disk, capacity, usage, ratio }) =>
        [disk, capacity, usage, ratio].map(String),
      );
      return { out: tabular(['disk', 'capacity', 'usage', 'ratio'], rows) };
    }
    const rows = reply.replicas.map(({ replica, status, size }) => [replica, status, String(size)]);
    return { out: tabular(['replica', 'status', 'size'], rows) };
  },
});
