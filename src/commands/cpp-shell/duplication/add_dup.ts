import { UsageError } from '../../../errors.ts';
import { green, yellow } from '../../../output/ansi.ts';
import { sanitize } from '../../../output/sanitize.ts';
import type { DuplicationAddResponse } from '../../../rpc/idl/duplication.ts';
import { planToAddDuplication } from '../../dry-run/duplication-plan.ts';
import { argh, hasFlag, paramOf } from '../../grammar/argh.ts';
import { durationMs } from '../../grammar/duration.ts';
import { errorLine } from '../../grammar/usage.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { INVALID_NAME, invalidName, isAppName } from '../shared/app-name.ts';
import { callSync, orRefuse } from '../shared/meta-call.ts';
import { refuseWords, uintOption } from '../shared/options.ts';

const USAGE =
  'add_dup <app_name> <remote_cluster_name> [-s|--sst] [-a|--remote_app_name str] [-r|--remote_replica_count num]';

interface Args {
  readonly app: string;
  readonly remote: string;
  readonly checkpoint: boolean;
  readonly remoteApp: string;
  /** 0 = as many as here. */
  readonly remoteReplicas: number;
  /** Ours: how long it may take to begin shipping; undefined = what the cluster says. */
  readonly limitMs: number | undefined;
}

export default mirrored<Args, DuplicationAddResponse>({
  dialect: 'cpp-shell',
  name: 'add_dup',
  summary: 'Duplicate a table to another cluster; -s brings what it holds already.',
  usage: USAGE,
  examples: [
    'add_dup temp onebox2',
    'add_dup test1 B -s -a test_dup_1 -r 3',
    'add_dup test1 B -s --prepare-timeout 5m',
  ],
  parse(argv) {
    const parsed = argh(argv);
    const [app, remote] = parsed.positional;
    if (app === undefined) throw refuseWords(USAGE, 'missing param <app_name>');
    if (remote === undefined) throw refuseWords(USAGE, 'missing param <remote_cluster_name>');
    const limit = paramOf(parsed, 'prepare-timeout');
    if (hasFlag(parsed, 'prepare-timeout')) throw new UsageError('--prepare-timeout needs a value: 5m');
    return {
      app,
      remote,
      checkpoint: hasFlag(parsed, 's', 'sst'),
      remoteApp: paramOf(parsed, 'a', 'remote_app_name') ?? app,
      remoteReplicas: uintOption(USAGE, paramOf(parsed, 'r', 'remote_replica_count'), 0),
      limitMs: limit === undefined ? undefined : durationMs(limit),
    };
  },
  plan: (ctx, { app, remote, remoteApp, remoteReplicas, checkpoint }) =>
    planToAddDuplication(ctx, {
      table: app,
      remote,
      remoteTable: remoteApp,
      remoteReplicas,
      isFull: checkpoint,
    }),
  async run({ meta, control, session }, args) {
    if (args.remote === session.cluster) {
      const err = errorLine(`illegal operation: adding duplication to itself [remote: ${args.remote}]`);
      throw new Refusal('ERR_INVALID_PARAMETERS', { err, exitCode: 2 });
    }
    const out = `trying to add duplication [${described(args)}]\n`;
    if (!isAppName(args.remoteApp)) {
      const err = invalidName('remote_app_name', args.remoteApp) + failed(args, INVALID_NAME, '');
      throw new Refusal('ERR_INVALID_PARAMETERS', { out, err, exitCode: 2 });
    }
    const request = {
      app_name: args.app,
      remote_cluster_name: args.remote,
      is_duplicating_checkpoint: args.checkpoint,
      remote_app_name: args.remoteApp,
      remote_replica_count: args.remoteReplicas,
    };
    const reply = await orRefuse(callSync(meta.addDuplication(request), ['ERR_DUP_EXIST']), (error) => ({
      out,
      err: failed(args, error.answered ? error.code : error.message, error.answered ? error.detail : ''),
    }));
    if (args.limitMs !== undefined && reply.err === 'ERR_OK') {
      const { dupid } = reply;
      const limit_us = args.limitMs * 1000;
      await control.limitDuplication({ cluster: session.cluster, app_name: args.app, dupid, limit_us });
    }
    return reply;
  },
  print: (reply, args) => ({
    out: `trying to add duplication [${described(args)}]\n${added(reply, args)}${unsupported(reply, args)}`,
  }),
});

function described(args: Args): string {
  return (
    `app_name: ${args.app}, remote_cluster_name: ${args.remote}, is_duplicating_checkpoint: ${args.checkpoint}, ` +
    `remote_app_name: ${args.remoteApp}, remote_replica_count: ${args.remoteReplicas}`
  );
}

function failed(args: Args, error: string, hint: string): string {
  const line = errorLine(`adding duplication failed [${described(args)}, error: ${error}]`);
  return hint === '' ? line : line + errorLine(`detail:\n  ${hint}`);
}

/** Separate coloured runs, as upstream writes them. */
function added(reply: DuplicationAddResponse, args: Args): string {
  const exists = reply.err === 'ERR_DUP_EXIST';
  const { remote_app_name: app, remote_replica_count: replicas } = reply;
  const place = `app_name: ${args.app}, remote_cluster_name: ${args.remote}`;
  return [
    exists ? yellow('WARNING: duplication has been existing') : green('adding duplication succeed'),
    green(` [${place}, appid: ${reply.appid}, dupid: ${reply.dupid}`),
    exists ? '' : green(`, is_duplicating_checkpoint: ${args.checkpoint}`),
    app === undefined ? '' : green(`, remote_app_name: ${sanitize(app)}`),
    replicas === undefined ? '' : green(`, remote_replica_count: ${replicas}`),
    green(']\n'),
  ].join('');
}

/** What an old server did not understand. */
function unsupported(reply: DuplicationAddResponse, { app }: Args): string {
  const warn = (field: string, instead: string) =>
    yellow(
      `WARNING: WARNING: meta server does NOT support specifying ${field}, ${field} might has been specified with ${instead}\n`,
    );
  return (
    (reply.remote_app_name === undefined ? warn('remote_app_name', `'${app}'`) : '') +
    (reply.remote_replica_count === undefined
      ? warn('remote_replica_count', `the replica count of '${app}'`)
      : '')
  );
}
