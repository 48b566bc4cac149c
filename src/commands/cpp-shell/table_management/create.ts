import { UsageError } from '../../../errors.ts';
import { escapeBytes } from '../../../rpc/idl/escaped-bytes.ts';
import type { Context } from '../../command.ts';
import { planToCreate } from '../../dry-run/create-plan.ts';
import { hasFlag, paramOf } from '../../grammar/argh.ts';
import { wordBytes } from '../../grammar/words.ts';
import { mirrored, Refusal } from '../../mirrored.ts';
import { invalidName, isAppName } from '../shared/app-name.ts';
import { parseKvMap } from '../shared/kv-map.ts';
import { callAndWait, orRefuse } from '../shared/meta-call.ts';
import { intOption, parseArgh, refuseWords } from '../shared/options.ts';
import { waitUntilReady } from '../shared/wait-ready.ts';

const USAGE =
  'create <app_name> [-p|--partition_count num] [-r|--replica_count num] [-f|--fail_if_exist] ' +
  '[-i|--atomic_idempotent] [-e|--envs k1=v1,k2=v2...]';

interface Args {
  readonly name: string;
  readonly partitionCount: number;
  readonly replicaCount: number;
  readonly failIfExist: boolean;
  readonly atomicIdempotent: boolean;
  readonly envs: Map<string, string>;
}

interface Reply {
  readonly app_name: string;
  readonly app_id: number;
  readonly partition_count: number;
  /** Lines told while waiting. */
  readonly waiting: readonly string[];
}

export default mirrored<Args, Reply>({
  dialect: 'cpp-shell',
  name: 'create',
  summary: 'Create a table and wait until all its replicas are there.',
  usage: USAGE,
  examples: ['create temp -p 8 -r 3', 'create temp -p 4 -r 1 -f'],
  parse(argv) {
    const parsed = parseArgh(USAGE, argv, {
      params: ['p', 'partition_count', 'r', 'replica_count', 'e', 'envs'],
      flags: ['f', 'fail_if_exist', 'i', 'atomic_idempotent'],
      positional: 1,
    });
    const args: Args = {
      name: parsed.positional[0]!,
      partitionCount: intOption(USAGE, paramOf(parsed, 'p', 'partition_count'), 4),
      replicaCount: intOption(USAGE, paramOf(parsed, 'r', 'replica_count'), 3),
      failIfExist: hasFlag(parsed, 'f', 'fail_if_exist'),
      atomicIdempotent: hasFlag(parsed, 'i', 'atomic_idempotent'),
      envs: envsOption(paramOf(parsed, 'e', 'envs') ?? ''),
    };
    refuseBadValues(args);
    return args;
  },
  plan: (ctx, { name, partitionCount, replicaCount, envs, failIfExist }) =>
    planToCreate(ctx, {
      name,
      partitions: partitionCount,
      replicas: replicaCount,
      envs,
      mayExist: !failIfExist,
    }),
  async run(ctx, args) {
    const reply = await orRefuse(
      callAndWait(ctx.meta, 'RPC_CM_CREATE_APP', () => send(ctx, args)),
      (error) => {
        const what = error.answered ? 'received server error' : 'call server error';
        const told = `${error.answered ? error.code : error.message}: create app ${args.name} failed: [create] ${what}\n`;
        return { err: told + failed(args.name, error.code) };
      },
    );
    const ready = await waitUntilReady(ctx, args.name, args.partitionCount, args.replicaCount);
    if (ready.failure !== undefined) {
      const { code, told } = ready.failure;
      throw new Refusal(code, {
        out: created(args.name, ready.lines),
        err: told + failed(args.name, code),
      });
    }
    return {
      app_name: args.name,
      app_id: reply.appid,
      partition_count: args.partitionCount,
      waiting: ready.lines,
    };
  },
  print: ({ app_name, waiting }) => ({
    out: `${created(app_name, waiting)}create app "${shown(app_name)}" succeed\n`,
  }),
  json: ({ app_name, app_id, partition_count }) => ({ app_name, app_id, partition_count }),
});

function send({ meta }: Context, args: Args) {
  return meta.createApp({
    app_name: args.name,
    options: {
      partition_count: args.partitionCount,
      replica_count: args.replicaCount,
      success_if_exist: !args.failIfExist,
      app_type: 'pegasus',
      is_stateful: true,
      envs: args.envs,
      atomic_idempotent: args.atomicIdempotent,
    },
  });
}

function envsOption(text: string): Map<string, string> {
  const envs = parseKvMap(text);
  if (envs === undefined) throw refuseWords(USAGE, `invalid kvs: '${text}'`);
  return envs;
}

/** The checks of upstream's client: nothing is sent. @throws UsageError */
function refuseBadValues({ name, partitionCount, replicaCount }: Args): void {
  const refuse = (text: string) => new UsageError(text + failed(name, 'ERR_INVALID_PARAMETERS'));
  if (partitionCount < 1) throw refuse(`create app ${name} failed: partition_count should >= 1\n`);
  if (replicaCount < 1) throw refuse(`create app ${name} failed: replica_count should >= 1\n`);
  if (!isAppName(name)) throw refuse(invalidName('app_name', name));
}

function created(name: string, waiting: readonly string[]): string {
  return `create app ${name} succeed, waiting for app ready\n${waiting.join('')}`;
}

function failed(name: string, code: string): string {
  return `create app "${shown(name)}" failed, error = ${code}\n`;
}

function shown(name: string): string {
  return escapeBytes(wordBytes(name));
}
