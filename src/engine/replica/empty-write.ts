import { endOf, isDisturbed } from '../network.ts';
import { LogLine } from '../storage/store.ts';
import type { UpdateJson } from './data/updates.ts';
import { commitUpTo } from './learn.ts';
import type { Replica } from './replica.ts';

const EMPTY_WRITE: UpdateJson = { code: 'RPC_REPLICATION_WRITE_EMPTY', request: {} };

/** Writes `count` empty mutations, the last of them at `time`, on the primary and its secondaries. */
export function commitEmptyWrites(replica: Replica, count: number, time: number): void {
  const { ram } = replica;
  const decree = ram.last_prepared_decree + 1;
  const mutation = {
    decree,
    ballot: ram.ballot,
    committed: ram.last_committed_decree,
    time_us: time,
    ...(count === 1 ? {} : { repeat: count }),
    updates: [EMPTY_WRITE],
  };
  const line = LogLine.of(mutation);
  for (const member of membersOf(replica)) {
    member.log(mutation, line);
    member.ram.last_prepared_decree = decree + count - 1;
    if (member === replica) ram.last_committed_decree = decree + count - 1;
    else commitUpTo(member, decree + count - 2);
    member.ram.last_prepare_us = time;
    member.saveRam();
  }
}

function membersOf(primary: Replica): Replica[] {
  const { cluster } = primary.server;
  const secondaries = primary.ram.secondaries.flatMap(
    (node) => cluster.replicaServer(node)?.findUnsettled(primary.gpid) ?? [],
  );
  return [primary, ...secondaries];
}

/** Whether every member would hear a group check, so that nobody needs to send it. */
export function isGroupInOrder({ gpid, ram, server }: Replica): boolean {
  const { cluster } = server;
  const { faults } = cluster.universe;
  if (!faults.isQuiet && faults.has('node_hang', endOf(server))) return false;
  return ram.secondaries.every((node) => {
    const secondary = cluster.replicaServer(node)?.findUnsettled(gpid)?.ram;
    if (secondary?.status !== 'PS_SECONDARY' || secondary.ballot !== ram.ballot) return false;
    return faults.isQuiet || !isDisturbed(faults, endOf(server), endOf({ cluster, node }));
  });
}

/** Whether an idle primary writes anything: at group checks, unless there are none. */
export function writesWhenIdle({ server }: Replica): boolean {
  return (
    !server.setting('replication.empty_write_disabled') && !server.setting('replication.group_check_disabled')
  );
}
