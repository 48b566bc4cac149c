import { UsageError } from '../../errors.ts';
import type { Context } from '../command.ts';
import { planToAddDuplication } from '../dry-run/duplication-plan.ts';
import { numberFlag, textFlag } from '../grammar/grumble.ts';
import { queryConfig } from './shared/config-query.ts';
import { grumbleCommand } from './shared/grumble-command.ts';
import { answered, refused } from './shared/meta-call.ts';
import { type Counter, perfCounters } from './shared/perf-counters.ts';
import { type Server, serversOf } from './shared/servers.ts';
import { dataVersionOf } from './shared/table-version.ts';
import { info, LONGEST_MS, PAUSE_MS, pause, say } from './shared/toolkit.ts';

interface Args {
  readonly table: string;
  readonly cluster: string;
  /** How many mutations may be waiting when writes are refused. */
  readonly threshold: number;
}

/** The only version whose tables can be duplicated. */
const DATA_VERSION = '1';
const PENDING = 'pending_mutations_count';
/** How long is waited after nothing is shipped any more. */
const REST_MS = 30_000;

/** `executor/toolkits/tablemigrator/migrator.go`, which dies when it is to look at counters. */
export default grumbleCommand<Args, { readonly dupid: number }>({
  name: 'table-migrator',
  help: 'migrate table from current cluster to another via table duplication and metaproxy',
  flags: [
    textFlag('t', 'table', 'table name'),
    textFlag(
      'n',
      'node',
      'zk node, addrs:port, default equal with peagsus cluster zk addrs, you can use `cluster-info` to show it',
    ),
    textFlag(
      'r',
      'root',
      "zk root path. the tool will update table addrs in the path of meatproxy, if you don't specify it, that is means user need manual-switch the table addrs",
    ),
    textFlag('c', 'cluster', 'target cluster name'),
    textFlag('m', 'meta', 'target meta list'),
    numberFlag(
      'float',
      'p',
      'threshold',
      'pending mutation threshold when server will reject all write request',
      100000,
    ),
  ],
  examples: ['table-migrator -t temp -c onebox2 -m 127.0.0.1:35601'],
  parse({ flags }) {
    if (flags.get('root') !== '') {
      throw new UsageError(
        'pegsh does not speak with ZooKeeper',
        'leave -r out, and switch the table by hand',
      );
    }
    const text = (name: string) => String(flags.get(name));
    return { table: text('table'), cluster: text('cluster'), threshold: Number(flags.get('threshold')) };
  },
  plan: (ctx, { table, cluster }) =>
    planToAddDuplication(ctx, {
      table,
      remote: cluster,
      remoteTable: table,
      remoteReplicas: 0,
      isFull: true,
    }),
  async run(ctx, args) {
    const { table, cluster } = args;
    const threshold = Math.trunc(args.threshold);
    info(
      ctx,
      `set pendingMutationThreshold = ${threshold} means that server will reject all write and ready to switch cluster if the pending less the value`,
    );
    info(ctx, 'check the table data version');
    const version = await dataVersionOf(ctx, table);
    if (version !== DATA_VERSION) {
      throw refused(
        'ERR_INVALID_VERSION',
        `not support migrate table with data_version = ${version} by duplication`,
      );
    }
    info(ctx, `create the table duplication to ${cluster}`);
    const request = { app_name: table, remote_cluster_name: cluster, is_duplicating_checkpoint: true };
    const { dupid } = await answered('AddDuplication', ctx.meta.addDuplication(request));
    say(ctx, `successfully add duplication [dupid: ${dupid}]\n`);
    const servers = await serversOf(ctx, 'replica', '');
    await untilFewArePending(ctx, servers, threshold);
    await refuseWrites(ctx, table);
    await untilAllIsShipped(ctx, servers, table);
    info(ctx, 'switch table addrs in metaproxy');
    warn(
      ctx,
      "can't switch cluster via metaproxy for you don't specify enough meta proxy info, please manual-switch the table cluster!",
    );
    return { dupid };
  },
  print: () => ({ out: '' }),
});

function warn(ctx: Context, text: string): void {
  say(ctx, `WARN: ${text}\n`);
}

async function untilFewArePending(ctx: Context, servers: readonly Server[], threshold: number) {
  info(ctx, `check pending mutation count if less ${threshold}`);
  await untilNone(ctx, servers, { counter: PENDING, most: 1 }, (server, counters) => {
    const [counter, ...others] = counters;
    if (counter === undefined || others.length > 0) {
      const text = `get ${PENDING} perfcounter size must be 1, but now is ${counters.length}`;
      throw refused('ERR_OBJECT_NOT_FOUND', text);
    }
    return counter.value > threshold ? [`${server.shown} has ${PENDING} ${Math.trunc(counter.value)}`] : [];
  });
  info(ctx, `all the node ${PENDING} has less ${threshold}`);
  await pause(ctx, PAUSE_MS);
}

async function refuseWrites(ctx: Context, table: string): Promise<void> {
  info(ctx, 'set env config deny write request');
  const [keys, values] = [['replica.deny_client_request'], ['timeout*write']];
  await answered(
    'UpdateAppEnv',
    ctx.meta.updateAppEnv({ app_name: table, op: 'APP_ENV_OP_SET', keys, values }),
  );
}

async function untilAllIsShipped(ctx: Context, servers: readonly Server[], table: string): Promise<void> {
  info(ctx, 'check duplicate qps if equal 0');
  const { app_id } = await queryConfig(ctx, table);
  await untilNone(
    ctx,
    servers,
    { counter: `dup_shipped_ops@${app_id}`, most: Infinity },
    (server, counters) => {
      const shipping = counters.find(({ value }) => value > 0);
      if (shipping === undefined) return [];
      const gpid = shipping.name.split('@')[1];
      return [`${server.shown}[${gpid}] still sending pending mutation ${Math.trunc(shipping.value)}`];
    },
  );
  info(ctx, 'all the node has stop duplicate the pending wal and wait 30s to switch cluster');
  await pause(ctx, REST_MS);
}

/**
 * Looks at a counter of all servers again and again, until there is nothing to tell of any.
 *
 * @param most of how many servers is told each time
 */
async function untilNone(
  ctx: Context,
  servers: readonly Server[],
  { counter, most }: { readonly counter: string; readonly most: number },
  told: (server: Server, counters: readonly Counter[]) => readonly string[],
): Promise<void> {
  for (let waited = PAUSE_MS; ; waited += PAUSE_MS) {
    await pause(ctx, PAUSE_MS);
    const texts: string[] = [];
    for (const server of servers) {
      if (texts.length < most) texts.push(...told(server, await perfCounters(ctx, server, counter)));
    }
    for (const text of texts) warn(ctx, text);
    if (texts.length === 0) return;
    if (waited >= LONGEST_MS) throw refused('ERR_TIMEOUT', `${counter} has not become small in an hour`);
  }
}
