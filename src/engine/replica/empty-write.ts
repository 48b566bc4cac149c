import { updateToJson } from './data/updates.ts';
import type { Replica } from './replica.ts';

const EMPTY_WRITE = updateToJson({ code: 'RPC_REPLICATION_WRITE_EMPTY', request: {} });

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
  for (const member of membersOf(replica)) {
    member.log(mutation);
    member.ram.last_prepared_decree = decree + count - 1;
    member.ram.last_committed_decree = member === replica ? decree + count - 1 : decree + count - 2;
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

/** Microseconds between two group checks; an idle primary makes an empty write at each. */
export function groupCheckPeriod(replica: Replica): number {
  return replica.server.setting('replication.group_check_interval_ms') * 1000;
}
