import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import type { Context, Printed } from '../../command.ts';
import { uint32 } from '../../grammar/numbers.ts';
import { callMeta, type MetaError, orRefuse } from './meta-call.ts';
import { byHostThenPort } from './partitions.ts';

const HIGHEST_PORT = 65_535;

/** A server as typed, `host:port`; undefined where the text is none (`host_port::from_string`). */
export function nodeOf(text: string): string | undefined {
  const colon = text.lastIndexOf(':');
  const port = uint32(text.slice(colon + 1));
  if (colon < 1 || port === undefined || port > HIGHEST_PORT) return undefined;
  return `${text.slice(0, colon)}:${port}`;
}

/** The IP address and port of a server; undefined where its name means nothing here. */
export async function addressOf(node: string): Promise<string | undefined> {
  const colon = node.lastIndexOf(':');
  const host = node.slice(0, colon);
  if (isIPv4(host)) return node;
  if (host === 'localhost') return `127.0.0.1${node.slice(colon)}`;
  const found = await lookup(host, { family: 4 }).catch(() => undefined);
  return found === undefined ? undefined : found.address + node.slice(colon);
}

/** The replica servers that live (`fill_nodes`). @throws Refusal with what is printed of the error */
export async function aliveNodes(
  { meta }: Context,
  printed: (error: MetaError) => Printed,
): Promise<readonly string[]> {
  const { infos } = await orRefuse(callMeta(meta.listNodes({ status: 'NS_ALIVE' })), printed);
  return infos.map(({ node, hp_node }) => hp_node ?? node).sort(byHostThenPort);
}
