import type { Context } from '../../command.ts';
import { planToMigrate } from '../../dry-run/disk-migration-plan.ts';
import { boolFlag, numberFlag, textFlag } from '../../grammar/grumble.ts';
import { setText } from '../server-config/of-role.ts';
import { diskInfos, diskUseOf } from '../shared/disk-info.ts';
import { type DiskMove, refusedMigration } from '../shared/disk-migration.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { refused } from '../shared/meta-call.ts';
import { type Server, serverNamed, serversOf } from '../shared/servers.ts';
import { info, LONGEST_MS, PAUSE_MS, pause, reasonOf, replicasOfDisk, say } from '../shared/toolkit.ts';
import { type Choice, chooseMove, extremesOf } from './choose-move.ts';
import { giveUpPrimary } from './give-up-primary.ts';

interface Args {
  readonly node: string;
  /** MB. */
  readonly minSize: number;
  readonly auto: boolean;
  /** How long the server gets to delete what a move leaves behind. */
  readonly waitSeconds: number;
}

const CLEANER = 'gc_disk_migration_origin_replica_interval_seconds';
const SOON = '1';
const LATER = '86400';

/** `executor/toolkits/diskbalancer/balancer.go`. What is told is told at once: a move takes its time. */
export default grumbleCommand<Args, { readonly moves: readonly DiskMove[] }>({
  name: 'disk-balance',
  help: 'auto-migrate replica to let the disks space balance within the given ReplicaServer',
  flags: [
    textFlag('n', 'node', 'target node, for example, 127.0.0.1:34801'),
    numberFlag('int64', 's', 'size', 'allow migrate min replica size, default 10GB', 10240),
    boolFlag('a', 'auto', 'auto balance node until the the node is balanced'),
    numberFlag('int', 'i', 'interval', 'wait disk clean garbage replica interval', 650),
  ],
  examples: ['disk-balance -n 127.0.0.1:34801 -s 100'],
  parse: ({ flags }) => ({
    node: String(flags.get('node')),
    minSize: Number(flags.get('size')),
    auto: flags.get('auto') === true,
    waitSeconds: Number(flags.get('interval')),
  }),
  async plan(ctx, args) {
    const server = await serverNamed(ctx, 'replica', args.node);
    return planToMigrate(ctx, server, await nextMove(ctx, args));
  },
  async run(ctx, args) {
    const moves: DiskMove[] = [];
    await setCleaner(ctx, args, SOON);
    try {
      do moves.push(await moveOne(ctx, args));
      while (args.auto);
    } finally {
      await setCleaner(ctx, args, LATER);
    }
    return { moves };
  },
  print: () => ({ out: '' }),
});

async function setCleaner(ctx: Context, { node }: Args, seconds: string): Promise<void> {
  info(ctx, `set ${CLEANER} = ${seconds}s `);
  say(ctx, await setText(ctx, await serversOf(ctx, 'replica', node), CLEANER, seconds));
}

async function nextMove(ctx: Context, { node, minSize }: Args): Promise<Choice> {
  const disks = (await diskInfos(ctx, node, '')).map(diskUseOf);
  const { high, low } = extremesOf(node, disks);
  const replicas = await replicasOfDisk(ctx, node, high.disk);
  // The original asks for those of the other disk, too.
  await replicasOfDisk(ctx, node, low.disk);
  return chooseMove(node, disks, replicas, minSize);
}

/** Moves a replica, as a secondary if it has to be one, and waits until it has moved and what it left is deleted. */
async function moveOne(ctx: Context, args: Args): Promise<DiskMove> {
  for (let waited = 0; waited < LONGEST_MS; waited += PAUSE_MS) {
    const choice = await nextMove(ctx, args);
    say(ctx, choice.told);
    const server = await serverNamed(ctx, 'replica', args.node);
    const refusal = await refusedMigration(ctx, server, choice);
    if (refusal === undefined) {
      await untilMoved(ctx, args, server, choice);
      return { gpid: choice.gpid, from: choice.from, to: choice.to };
    }
    if (choice.status === 'secondary') {
      const why = reasonOf(refusal);
      throw refused(
        refusal.code,
        `migrate(${shown(args, choice)}) start failed[auto=${args.auto}] err = ${why}`,
      );
    }
    say(ctx, 'WARNING: the select replica is not secondary, will force assign it secondary\n');
    await giveUpPrimary(ctx, server, choice.gpid);
    await pause(ctx, PAUSE_MS);
  }
  throw refused(
    'ERR_TIMEOUT',
    `node(${args.node}) still leads the replica after ${LONGEST_MS / 1000} seconds`,
  );
}

async function untilMoved(ctx: Context, args: Args, server: Server, move: DiskMove): Promise<void> {
  const { auto, waitSeconds } = args;
  const name = `migrate(${shown(args, move)})`;
  info(ctx, `${name} has started[auto=${auto}], wait complete...\n`);
  for (;;) {
    const refusal = await refusedMigration(ctx, server, move);
    const why = refusal && reasonOf(refusal);
    if (why !== undefined && !why.includes('ERR_BUSY')) {
      info(
        ctx,
        `${name} is completed，result=${why}, wait[${waitSeconds}s] disk cleaner remove garbage...\n\n`,
      );
      break;
    }
    if (why !== undefined) info(ctx, `${name} is running, msg=${why}, wait complete...\n`);
    await pause(ctx, PAUSE_MS);
  }
  await pause(ctx, waitSeconds * 1000);
  if (!auto) info(ctx, `you now disable auto-balance[auto=${auto}], stop and wait manual loop\n\n`);
}

function shown({ node }: Args, { gpid, from, to }: DiskMove): string {
  return `node=${node}, replica=${gpid}, ${from}=>${to}`;
}
