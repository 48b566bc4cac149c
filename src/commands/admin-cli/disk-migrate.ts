import { UsageError } from '../../errors.ts';
import { planToMigrate } from '../dry-run/disk-migration-plan.ts';
import { textFlag } from '../grammar/grumble.ts';
import { type DiskMove, gpidOf, refusedMigration } from './shared/disk-migration.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { serverNamed } from './shared/servers.ts';

interface Args extends DiskMove {
  readonly node: string;
}

export default grumbleCommand<Args, Args>({
  name: 'disk-migrate',
  help: 'migrate replica between the two disks within a specified ReplicaServer',
  flags: [
    textFlag('g', 'gpid', "gpid, for example, '2.1'"),
    textFlag('n', 'node', 'target node, for example, 127.0.0.1:34801'),
    textFlag('f', 'from', 'origin disk tag, for example, ssd1'),
    textFlag('t', 'to', 'target disk tag, for example, ssd2'),
  ],
  examples: ['disk-migrate -g 2.1 -n 127.0.0.1:34801 -f ssd1 -t ssd2'],
  parse({ flags }) {
    const [gpid = '', node = '', from = '', to = ''] = ['gpid', 'node', 'from', 'to'].map((name) =>
      String(flags.get(name)),
    );
    gpidOf(gpid);
    if (node === '') throw new UsageError('Invalid node ');
    return { gpid, node, from, to };
  },
  plan: async (ctx, args) => planToMigrate(ctx, await serverNamed(ctx, 'replica', args.node), args),
  async run(ctx, args) {
    const server = await serverNamed(ctx, 'replica', args.node);
    const refusal = await refusedMigration(ctx, server, args);
    if (refusal !== undefined) throw refusal;
    return args;
  },
  print: () => ({ out: '' }),
});
