import { textFlag } from '../grammar/grumble.ts';
import { NODE_FLAG } from './shared/disk-info.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answeredBy, serverNamed, TIMEOUT_MS } from './shared/servers.ts';

interface Args {
  readonly node: string;
  readonly disk: string;
}

export default grumbleCommand<Args, Args>({
  name: 'add-disk',
  help: 'add new disk for replica server ',
  flags: [
    NODE_FLAG,
    textFlag(
      'd',
      'disk',
      'disk path string(disk_tag:absolute_disk_path), for example, ssd1:/home/work/ssd1,ssd2:/home/work/ssd2',
    ),
  ],
  examples: ['add-disk -n 127.0.0.1:34801 -d ssd2:/data/ssd2'],
  parse: ({ flags }) => ({ node: String(flags.get('node')), disk: String(flags.get('disk')) }),
  async run(ctx, args) {
    const server = await serverNamed(ctx, 'replica', args.node);
    await answeredBy(
      server,
      'AddDisk',
      ctx.servers.addNewDisk(server.node, { disk_str: args.disk }, TIMEOUT_MS),
    );
    return args;
  },
  print: ({ node }) => ({ out: `Node[${node}] add new disk succeed\n` }),
});
