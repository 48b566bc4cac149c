import { UsageError } from '../../../errors.ts';
import { byteOrder } from '../../../output/json.ts';
import { sanitize } from '../../../output/sanitize.ts';
import { RpcError } from '../../../rpc/client/meta/index.ts';
import type { Context } from '../../command.ts';
import { answered, EXPIRED, goError, refused } from './meta-call.ts';
import { combined } from './node-rows.ts';

/** A server as admin-cli knows it after it has asked for the nodes (`util/pegasus_node.go`). */
export interface Server {
  readonly role: 'meta' | 'replica';
  /** Whom to call. */
  readonly node: string;
  /** `127.0.0.1:34801`. */
  readonly address: string;
  /** `localhost(127.0.0.1:34801)`. */
  readonly shown: string;
}

/** All meta servers and all replica servers, alive or not, each group by what is shown. @throws Refusal */
export async function allServers({ meta }: Context): Promise<Server[]> {
  const { keys, values } = await answered('QueryClusterInfo', meta.clusterInfo({}));
  const { infos } = await answered('ListNodes', meta.listNodes({ status: 'NS_INVALID' }));
  const metas = (values[keys.indexOf('meta_servers')] ?? '').split(',');
  return [
    ...sorted(metas.map(metaServer)),
    ...sorted(infos.map(({ node, hp_node }) => serverOf('replica', hp_node ?? node, node))),
  ];
}

/** The replica servers that live, in the order in which the meta server names them. @throws Refusal */
export async function serversAlive({ meta }: Context): Promise<Server[]> {
  const { infos } = await answered('ListNodes', meta.listNodes({ status: 'NS_ALIVE' }));
  return infos.map(({ node, hp_node }) => serverOf('replica', hp_node ?? node, node));
}

/** Named by host or by address. */
function metaServer(server: string): Server {
  const port = server.slice(server.lastIndexOf(':'));
  const isLocal = [`localhost${port}`, `127.0.0.1${port}`].includes(server);
  return isLocal
    ? serverOf('meta', `localhost${port}`, `127.0.0.1${port}`)
    : serverOf('meta', server, server);
}

function serverOf(role: Server['role'], node: string, address: string): Server {
  return { role, node, address, shown: combined({ node: address, hp_node: node }) };
}

function sorted(servers: Server[]): Server[] {
  return servers.sort((a, b) => byteOrder(a.shown, b.shown));
}

/**
 * The one server that `-n` names, by address or host name.
 *
 * @throws UsageError where there is none, or one of the other kind
 */
export async function serverNamed(ctx: Context, role: Server['role'], node: string): Promise<Server> {
  const found = (await allServers(ctx)).find((server) => server.address === node || server.node === node);
  if (found === undefined) throw new UsageError(`Invalid node ${node}`);
  if (found.role !== role) throw new UsageError(`node(${labelled(found)}) is not ${role}`);
  return found;
}

/** All servers of a kind, or the one that `-n` names. @throws Refusal, UsageError */
export async function serversOf(ctx: Context, role: Server['role'], node: string): Promise<Server[]> {
  if (node !== '') return [await serverNamed(ctx, role, node)];
  return (await allServers(ctx)).filter((server) => server.role === role);
}

/** `[replica]localhost(127.0.0.1:34801)`. */
export function labelled({ role, shown }: Server): string {
  return `[${role}]${shown}`;
}

export const TIMEOUT_MS = 10_000;

/** What the server answers to a remote command, or `failure: …`. */
export async function command(
  { servers }: Context,
  { node, address }: Server,
  cmd: string,
  words: readonly string[] = [],
): Promise<string> {
  try {
    return await servers.command(node, cmd, words, TIMEOUT_MS);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return `failure: ${callFailed(error, address)}`;
  }
}

/** What Go's client says of a server that does not answer, is not there, or answers with nothing but an error. */
export function callFailed({ code, isUndecided }: RpcError, address: string): string {
  if (code !== 'ERR_TIMEOUT' && code !== 'ERR_NETWORK_FAILURE') return `[${code}]`;
  // It was there when it was asked.
  if (isUndecided) return EXPIRED;
  const session = `session [${address}(replica)] is unable to connect (used ${TIMEOUT_MS}ms)`;
  return `${session}, the context error: ${EXPIRED}`;
}

/**
 * Waits for a replica server's answer and refuses in the words of admin-cli.
 *
 * @param method as Go's client names it: `QueryDiskInfo`
 * @throws Refusal
 */
export async function answeredBy<R extends { readonly err: string; readonly err_hint?: string }>(
  server: Server,
  method: string,
  request: Promise<R>,
): Promise<R> {
  const reply = await answerOf(server, request);
  if (reply.err === 'ERR_OK') return reply;
  const hint =
    reply.err_hint === undefined || reply.err_hint === '' ? '' : ` [hint: ${sanitize(reply.err_hint)}]`;
  const text = `${method} to session [${server.address}(replica)] failed: ${goError(reply.err)}${hint}`;
  throw refused(reply.err, text, reply.err_hint);
}

/** Waits for a replica server's answer, whatever it says. @throws Refusal where none comes */
export async function answerOf<R>({ address }: Server, request: Promise<R>): Promise<R> {
  return request.catch((error: unknown) => {
    throw error instanceof RpcError ? refused(error.code, callFailed(error, address)) : error;
  });
}
