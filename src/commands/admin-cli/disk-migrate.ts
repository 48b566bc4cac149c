import { UsageError } from '../../errors.ts';
import { sanitize } from '../../output/sanitize.ts';
import type { Gpid } from '../../rpc/idl/schema.ts';
import { planToMigrate } from '../dry-run/disk-migration-plan.ts';
import { textFlag } from '../grammar/grumble.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { goError, refused } from './shared/meta-call.ts';
import { answerOf, serverNamed, TIMEOUT_MS } from './shared/servers.ts';

interface Args {
  readonly gpid: string;
  readonly node: string;
  readonly from: string;
  readonly to: string;
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
    const request = { pid: gpidOf(args.gpid), origin_disk: args.from, target_disk: args.to };
    const { err, hint } = await answerOf(
      server,
      ctx.servers.migrateReplicaDisk(server.node, request, TIMEOUT_MS),
    );
    if (err === 'ERR_OK') return args;
    const failed = `DiskMigrate to session [${server.address}(replica)] failed: ${goError(err)}`;
    throw refused(
      err,
      hint === undefined ? failed : `Internal server error [${failed}:${sanitize(hint)}]`,
      hint,
    );
  },
  print: () => ({ out: '' }),
});

/** The first two numbers of the text (`util/common_utils.go Str2Gpid`). @throws UsageError */
function gpidOf(text: string): Gpid {
  const [app_id, partition_index] = text
    .split('.')
    .slice(0, 2)
    .map((part) => (/^[+-]?\d+$/.test(part) ? Number(part) : NaN));
  if (!isInt32(app_id) || !isInt32(partition_index)) throw new UsageError(`Invalid gpid format [${text}]`);
  return { app_id, partition_index };
}

function isInt32(value = NaN): value is number {
  return value === (value | 0);
}
