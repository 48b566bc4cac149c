import { parseSigned } from '../../rpc/idl/integer.ts';
import { splitArgs } from '../../rpc/idl/throttling.ts';
import type { Replica } from '../replica/replica.ts';
import type { ReplicaServer } from '../replica/replica-server.ts';
import { keepingSome, type Steps } from '../steps.ts';
import type { Server } from './remote-command.ts';

/**
 * One answer a replica, by id; those that are neither primary nor secondary have none, and what is asked for by its
 * whole id and has none is told of (`exec_command_on_replica`).
 *
 * @param answer may change the replica: what it changed of some is kept, whatever becomes of the rest
 */
export function ofReplicas(
  server: Server,
  words: readonly string[],
  answer: (replica: Replica) => string,
): Steps<string> {
  return keepingSome(answering(server, words, answer));
}

function* answering(
  { cluster, node }: Server,
  words: readonly string[],
  answer: (replica: Replica) => string,
): Steps<string> {
  const lists = words.map((word) => splitArgs(word, ',').filter((id) => id !== ''));
  const ids = [...new Set(lists.flat())].map(idOf);
  if (lists.some((list) => list.length === 0) || ids.includes(undefined)) return 'invalid arguments';
  const asked = new Map((ids as Id[]).map((id) => [textOf(id), id]));
  const isAsked = (appId: number, pidx: number): boolean =>
    words.length === 0 || asked.has(String(appId)) || asked.has(textOf({ appId, pidx }));
  const lines: Line[] = [];
  for (const replica of onServer(cluster.replicaServer(node), isAsked)) {
    const { appId, pidx, gpid, ram } = replica;
    const role = ROLES[ram.status];
    if (role === undefined) continue;
    asked.delete(gpid);
    lines.push({ appId, pidx, text: `\n    ${gpid}@${node}@${role} : ${answer(replica)}` });
    yield;
  }
  const processed = lines.length;
  for (const [gpid, { appId, pidx }] of asked) {
    if (pidx !== undefined) lines.push({ appId, pidx, text: `\n    ${gpid}@${node} : not found` });
  }
  const notFound = lines.length - processed;
  // Those that were found are in their order.
  if (notFound > 0) lines.sort((a, b) => a.appId - b.appId || a.pidx - b.pidx);
  return [`${processed} processed, ${notFound} not found`, ...lines.map(({ text }) => text)].join('');
}

/** Those that a server has open, each up to date with the time. */
function* onServer(
  server: ReplicaServer | undefined,
  isAsked: (appId: number, pidx: number) => boolean,
): Generator<Replica, void> {
  if (server === undefined) return;
  for (const appId of server.tablesOnDisk()) {
    for (const pidx of server.partitionsOnDisk(appId)) {
      const replica = isAsked(appId, pidx) ? server.find(`${appId}.${pidx}`) : undefined;
      if (replica !== undefined) yield replica;
    }
  }
}

interface Id {
  readonly appId: number;
  /** Undefined = each partition of the table. */
  readonly pidx?: number;
}

interface Line {
  readonly appId: number;
  readonly pidx: number;
  readonly text: string;
}

/** `2.0` as `sscanf` reads it, or the id of a table. */
function idOf(text: string): Id | undefined {
  const found = /^\s*([+-]?\d+)\.\s*([+-]?\d+)/.exec(text);
  if (found !== null) return { appId: Number(found[1]), pidx: Number(found[2]) };
  const appId = parseSigned(text, 32);
  return appId === undefined ? undefined : { appId: Number(appId) };
}

function textOf({ appId, pidx }: Id): string {
  return pidx === undefined ? String(appId) : `${appId}.${pidx}`;
}

const ROLES: Readonly<Record<string, string>> = { PS_PRIMARY: 'P', PS_SECONDARY: 'S' };
