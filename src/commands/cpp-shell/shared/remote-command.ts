import type { UsageError } from '../../../errors.ts';
import { sortedJson } from '../../../output/json.ts';
import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { AnyCommand, Context } from '../../command.ts';
import { argh, hasFlag, paramOf } from '../../grammar/argh.ts';
import { errorLine } from '../../grammar/usage.ts';
import { mirrored } from '../../mirrored.ts';
import { splitArgs } from './kv-map.ts';
import { callMeta, orRefuse } from './meta-call.ts';
import { addressOf, aliveNodes, nodeOf } from './node.ts';
import { refuseWords, uintOption } from './options.ts';
import { type ServerStats, serverStats } from './server-stat.ts';

type Role = 'meta-server' | 'replica-server' | 'user-specified';

interface Args {
  readonly command: string;
  readonly words: readonly string[];
  readonly type: 'all' | 'meta-server' | 'replica-server';
  /** Instead of a type. */
  readonly servers: readonly string[];
  readonly resolveIp: boolean;
  readonly intervalMs: number;
}

interface Server {
  /** Whom to call. */
  readonly node: string;
  /** How it is shown. */
  readonly key: string;
  readonly role: Role;
}

interface Detail {
  readonly acked: boolean;
  /** JSON where the answer is that, else its text. */
  readonly message: unknown;
  readonly role: Role;
}

interface Reply {
  readonly command: string;
  readonly details?: Readonly<Record<string, Detail>>;
  readonly failed_count: number;
  readonly succeed_count: number;
}

interface Spec {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly examples: readonly string[];
  readonly isLook?: boolean;
}

const TIMEOUT_MS = 5000;
const TYPES = ['all', 'meta-server', 'replica-server'] as const;

/** A command that asks servers and shows the answers side by side (`remote_command`, `node_management.cpp`). */
export function remoteCommand(spec: Spec): AnyCommand {
  return mirrored<Args, Reply>({
    dialect: 'cpp-shell',
    name: spec.name,
    summary: spec.summary,
    usage: spec.usage,
    examples: spec.examples,
    isLook: spec.isLook,
    parse: (argv) => argsOf(spec, argv),
    run: askAll,
    print: (reply) => ({ out: `${sortedJson(reply)}\n`, exitCode: reply.failed_count > 0 ? 1 : 0 }),
  });
}

/** What is sent for a word of the shell. */
const SENT: Readonly<Record<string, string>> = { server_info: 'server-info', flush_log: 'flush-log' };

/** @throws UsageError in upstream's order of checks */
function argsOf({ name, usage }: Spec, argv: readonly string[]): Args {
  const refuse = (text: string): UsageError => refuseWords(usage, text);
  const parsed = argh(argv);
  const typed = [name, ...parsed.positional].filter((word) => word !== 'remote_command');
  const at = typed.findIndex((word) => word !== '');
  const first = typed[at];
  if (first === undefined) throw refuse('missing <command>');
  const typeName = paramOf(parsed, 't') || undefined;
  const servers = splitArgs(paramOf(parsed, 'l') ?? '', ',');
  if (typeName !== undefined && servers.length > 0) {
    throw refuse('can not specify both node_type and nodes_str');
  }
  const type = TYPES.find((one) => one === (typeName ?? 'all'));
  if (type === undefined) throw refuse('invalid node_type, should be in [all, meta-server, replica-server]');
  const bad = servers.find((entry) => nodeOf(entry) === undefined);
  if (bad !== undefined) throw refuse(`parse '${bad}' as host:port failed`);
  const intervalMs = uintOption(usage, paramOf(parsed, 'i', 'sample_interval_ms'), 1000);
  const words = typed.slice(at + 1);
  const resolveIp = hasFlag(parsed, 'r', 'resolve_ip');
  return { command: SENT[first] ?? first, words, type, servers, resolveIp, intervalMs };
}

async function askAll(ctx: Context, args: Args): Promise<Reply> {
  const details: Record<string, Detail> = {};
  const acked: boolean[] = [];
  const servers = await serversOf(ctx, args);
  const stats = await statsOf(ctx, args, servers);
  for (const server of servers) {
    const key = args.resolveIp ? ((await addressOf(server.key)) ?? server.key) : server.key;
    const told = stats?.get(server.node);
    const detail = told === undefined ? await ask(ctx, server, args) : { ...told, role: server.role };
    details[key] ??= detail;
    acked.push(detail.acked);
  }
  return {
    command: `${args.command} ${args.words.join(' ')}`,
    ...(acked.length > 0 ? { details } : {}),
    failed_count: acked.filter((isAcked) => !isAcked).length,
    succeed_count: acked.filter(Boolean).length,
  };
}

/** The one command that no server is sent: it looks at their metrics. */
async function statsOf(
  ctx: Context,
  { command, intervalMs }: Args,
  servers: readonly Server[],
): Promise<ServerStats | undefined> {
  if (command !== 'server_stat') return undefined;
  return serverStats(
    ctx,
    servers.map(({ node }) => node),
    intervalMs,
  );
}

/** Meta servers by their addresses, as the configuration has them; then the replica servers that live. */
async function serversOf(ctx: Context, { type, servers }: Args): Promise<Server[]> {
  if (servers.length > 0) return servers.map((node) => ({ node, key: node, role: 'user-specified' }));
  const found: Server[] = [];
  const failed = (error: { code: string }) => ({
    err: `ERROR: list node failed: ${error.code}\n${errorLine(`prepare nodes failed, node_type = ${type}`)}`,
  });
  if (type !== 'replica-server') {
    const { keys, values } = await orRefuse(callMeta(ctx.meta.clusterInfo({})), failed);
    for (const node of (values[keys.indexOf('meta_servers')] ?? '').split(',')) {
      found.push({ node, key: (await addressOf(node)) ?? node, role: 'meta-server' });
    }
  }
  if (type !== 'meta-server') {
    const nodes = await aliveNodes(ctx, failed);
    found.push(...nodes.map((node) => ({ node, key: node, role: 'replica-server' as const })));
  }
  return found;
}

async function ask({ servers }: Context, { node, role }: Server, { command, words }: Args): Promise<Detail> {
  try {
    return { acked: true, message: parsed(await servers.command(node, command, words, TIMEOUT_MS)), role };
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return { acked: false, message: error.code, role };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
