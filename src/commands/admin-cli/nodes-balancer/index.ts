import { ClusterError, UsageError } from '../../../errors.ts';
import type { ConfigType } from '../../../rpc/idl/configuration.ts';
import type { Context } from '../../command.ts';
import { boolFlag } from '../../grammar/grumble.ts';
import { commandText } from '../remote-command/to-servers.ts';
import { setText } from '../server-config/of-role.ts';
import { gpidOf } from '../shared/disk-migration.ts';
import { grumbleCommand } from '../shared/grumble-command.ts';
import { answered, refused } from '../shared/meta-call.ts';
import { levelText, setLevel } from '../shared/meta-level.ts';
import { labelled, type Server, serversOf } from '../shared/servers.ts';
import { info, LONGEST_MS, PAUSE_MS, pause, reasonOf, say } from '../shared/toolkit.ts';
import { chooseMove, gpidsOf, type NodeLoad, type NodeMove, nodeLoads } from './choose-move.ts';

interface Args {
  readonly auto: boolean;
}

interface Reply {
  readonly moves: readonly { readonly gpid: string; readonly from: string; readonly to: string }[];
}

/** How long one may still think better of it. */
const WARNING_MS = 3000;
/** How long the servers get to delete what a move leaves behind. */
const CLEANING_MS = 100_000;

const CLEANERS = ['gc_disk_error_replica_interval_seconds', 'gc_disk_garbage_replica_interval_seconds'];
const SOON = '10';
const LATER = '3600';

/** `executor/toolkits/nodesbalancer/balancer.go` */
export default grumbleCommand<Args, Reply>({
  name: 'nodes-balancer',
  help: 'migrate replica among the replica server to balance the capacity of cluster, please make sure the server config is right, detail see https://github.com/apache/incubator-pegasus/pull/969',
  flags: [
    boolFlag(
      undefined,
      'auto',
      'whether to migrate replica until all nodes is balanced, false by default, which means it just migrate one replica',
    ),
  ],
  examples: ['nodes-balancer', 'nodes-balancer --auto'],
  parse: ({ flags }) => ({ auto: flags.get('auto') === true }),
  async plan(ctx) {
    const loads = await nodeLoads(ctx);
    const move = await chooseMove(ctx, loads, loads[0]!);
    return { action: `move a replica: ${shown(move)}`, counts: {}, samples: [] };
  },
  async run(ctx, { auto }) {
    await prepare(ctx);
    const moves: NodeMove[] = [];
    let low: NodeLoad | undefined;
    do {
      if (moves.length > 0) await pause(ctx, PAUSE_MS);
      const loads = await loadsOnceTold(ctx);
      // The original keeps to the server that was the emptiest at first, and to how full it was.
      low ??= loads[0]!;
      const move = await chooseMove(ctx, loads, low);
      await begin(ctx, move);
      await untilMoved(ctx, move);
      moves.push(move);
    } while (auto);
    say(ctx, 'WARN: This cluster garbage interval will be reset default\n');
    await setCleaners(ctx, LATER);
    return {
      moves: moves.map(({ gpid, from, to }) => ({ gpid, from: from.server.node, to: to.server.node })),
    };
  },
  print: () => ({ out: '' }),
});

/** Has the meta server leave the cluster alone, and the servers delete at once what is left behind. */
async function prepare(ctx: Context): Promise<void> {
  say(ctx, "WARN: This cluster will be balanced based capacity, please don't open count-balance in later\n");
  await pause(ctx, WARNING_MS);
  say(ctx, levelText(await setLevel(ctx, 'fl_steady')));
  for (const name of ['meta.lb.only_move_primary', 'meta.lb.only_primary_balancer']) {
    info(ctx, `set ${name} true`);
    say(ctx, await commandText(ctx, 'meta', { node: '', cmd: name, words: ['true'] }));
  }
  await setCleaners(ctx, SOON);
}

async function setCleaners(ctx: Context, seconds: string): Promise<void> {
  for (const name of CLEANERS) {
    info(ctx, `set ${name} ${seconds}`);
    say(ctx, await setText(ctx, await serversOf(ctx, 'replica', ''), name, seconds));
  }
}

/** Asks again as long as a server does not tell, or has one disk only. */
async function loadsOnceTold(ctx: Context): Promise<NodeLoad[]> {
  for (let waited = 0; ; waited += PAUSE_MS) {
    try {
      const loads = await nodeLoads(ctx);
      if (loads.length > 0) return loads;
      throw refused('ERR_OBJECT_NOT_FOUND', 'there are no replica servers');
    } catch (error) {
      const isAnswer = error instanceof ClusterError || error instanceof UsageError;
      if (!isAnswer || waited >= LONGEST_MS) throw error;
      info(ctx, `retry update load, err = ${reasonOf(error)}`);
      await pause(ctx, PAUSE_MS);
    }
  }
}

/** @throws Refusal */
async function begin({ meta }: Context, move: NodeMove): Promise<void> {
  const [from, to] = [move.from.server, move.to.server];
  const act = (type: ConfigType, target: Server | undefined, node: Server) => ({
    target: target?.address ?? '',
    node: node.address,
    type,
    hp_target: target?.node ?? '',
    hp_node: node.node,
  });
  const action_list =
    move.status === 'primary'
      ? [
          act('CT_ADD_SECONDARY_FOR_LB', from, to),
          act('CT_DOWNGRADE_TO_SECONDARY', from, from),
          act('CT_UPGRADE_TO_PRIMARY', to, to),
          act('CT_REMOVE', to, from),
        ]
      : [act('CT_ADD_SECONDARY_FOR_LB', undefined, to), act('CT_DOWNGRADE_TO_INACTIVE', undefined, from)];
  const proposal = { gpid: gpidOf(move.gpid), action_list, force: false };
  const before = `migrate action[${shown(move)}] now is invalid: `;
  await answered('Balance', meta.proposeBalancer(proposal), before);
}

/** Waits until the server has the replica, then has the meta server delete what is left of the old one. */
async function untilMoved(ctx: Context, move: NodeMove): Promise<void> {
  for (let waited = 0; !(await gpidsOf(ctx, move.to)).includes(move.gpid); waited += PAUSE_MS) {
    if (waited >= LONGEST_MS)
      throw refused('ERR_TIMEOUT', `wait replica migrate err: ${shown(move)} is running`);
    info(ctx, `${shown(move)} is running`);
    await pause(ctx, PAUSE_MS);
  }
  info(ctx, `${shown(move)} is completed and wait 100s to wait gc garbage`);
  say(ctx, levelText(await setLevel(ctx, 'fl_lively')));
  await pause(ctx, CLEANING_MS);
  say(ctx, `${levelText(await setLevel(ctx, 'fl_steady'))}\n`);
}

function shown({ gpid, status, from, to }: NodeMove): string {
  const { app_id, partition_index } = gpidOf(gpid);
  const kind = status === 'primary' ? 'CopyPri' : 'CopySec';
  const id = `{Appid:${app_id} PartitionIndex:${partition_index}}`;
  return `[${kind}]${id}:${labelled(from.server)}=>${labelled(to.server)}`;
}
