import type { ReplicaState } from '../../rpc/idl/control.ts';
import type { AppInfo } from '../../rpc/idl/layer2.ts';
import type { ClusterView, PartitionView } from './snapshot.ts';

type Placed = ReplicaState & { readonly node: string; readonly hangs: boolean };

/**
 * What must hold of replicas at any time.
 *
 * Nobody tells a primary that its table was dropped: it hears of it at its next config sync. Where the table is recalled
 * before, another server may lead meanwhile (`server_state.cpp drop_partition`, `recall_partition`).
 */
export function checkReplicas(view: ClusterView): string[] {
  const found: string[] = [];
  const partitions = new Map(view.partitions.map((partition) => [partition.gpid, partition]));
  for (const { server, lastCrash } of view.servers) {
    if (lastCrash !== '') found.push(`${server.name} crashed: ${lastCrash}`);
  }
  for (const [gpid, replicas] of byPartition(view)) {
    for (const replica of replicas) found.push(...checkReplica(replica, partitions.get(gpid)));
    const recalledBallot = partitions.get(gpid)?.recalledBallot ?? 0;
    const leads = replicas
      .filter(({ status, hangs }) => status === 'PS_PRIMARY' && !hangs)
      .map(({ ballot }) => ballot)
      .filter((ballot) => ballot >= recalledBallot);
    if (new Set(leads).size !== leads.length) found.push(`${gpid}: two primaries of ballot ${leads[0]}`);
    if (leads.length > 1) found.push(`${gpid}: ${leads.length} primaries serve at once, ballots ${leads}`);
  }
  return found;
}

function checkReplica(replica: Placed, partition: PartitionView | undefined): string[] {
  const { gpid, node, status, ballot } = replica;
  const {
    last_committed_decree: committed,
    last_prepared_decree: prepared,
    last_durable_decree: durable,
    max_gced_decree: gced,
  } = replica;
  const where = `${gpid} on ${node}`;
  const found: string[] = [];
  if (committed > prepared) found.push(`${where}: committed ${committed} is beyond prepared ${prepared}`);
  if (durable > committed) found.push(`${where}: durable ${durable} is beyond committed ${committed}`);
  if (gced > durable) found.push(`${where}: the log is gone up to ${gced}, durable is ${durable}`);
  if (status === 'PS_PRIMARY' && committed < prepared)
    found.push(`${where}: leads on, although ${prepared} is prepared and only ${committed} committed`);
  if (partition === undefined) return found;
  if (status === 'PS_PRIMARY' && ballot > partition.ballot) {
    found.push(`${where}: leads with ballot ${ballot}, the meta server has ${partition.ballot}`);
  }
  if (status === 'PS_PRIMARY' && partition.primary === node && partition.committed > committed) {
    found.push(
      `${where}: the meta server knows of decree ${partition.committed}, the primary only of ${committed}`,
    );
  }
  return found;
}

/** What must hold of replicas from one look to the next: a running primary goes back on nothing. */
export function checkDecrees(before: ClusterView, after: ClusterView): string[] {
  const found: string[] = [];
  const leads = new Map(primariesOf(before).map((replica) => [`${replica.gpid} ${replica.ballot}`, replica]));
  for (const replica of primariesOf(after)) {
    const old = leads.get(`${replica.gpid} ${replica.ballot}`);
    if (old === undefined || old.node !== replica.node) continue;
    if (replica.last_committed_decree < old.last_committed_decree) {
      const { last_committed_decree: was } = old;
      found.push(
        `${replica.gpid}: the primary went back from decree ${was} to ${replica.last_committed_decree}`,
      );
    }
  }
  return found;
}

/** At rest the members of a partition agree, and know of their table what is stored. */
export function checkAgreement(view: ClusterView): string[] {
  const replicas = byPartition(view);
  const tables = new Map(view.stored.map(({ info }) => [`${info.app_id}`, tableText(info)]));
  return view.partitions.flatMap(({ gpid, ballot, primary, secondaries }) => {
    const table = tables.get(gpid.split('.')[0] ?? '');
    const members = (replicas.get(gpid) ?? []).filter(
      ({ node }) => node === primary || secondaries.includes(node),
    );
    const expected = [
      ...(primary === '' ? [] : [`${primary} PS_PRIMARY ${ballot}`]),
      ...secondaries.map((node) => `${node} PS_SECONDARY ${ballot}`),
    ];
    const actual = members.map((member) => `${member.node} ${member.status} ${member.ballot}`);
    const isAsConfigured = [...expected].sort().join() === [...actual].sort().join();
    const strays = (replicas.get(gpid) ?? []).filter(
      ({ node, status }) => status === 'PS_PRIMARY' && node !== primary,
    );
    const decrees = new Set(members.map((member) => member.last_prepared_decree));
    const uninformed = members.filter((member) => tableText(member) !== table);
    return [
      ...(isAsConfigured ? [] : [`${gpid}: configured are [${expected}], there are [${actual}]`]),
      ...strays.map(({ node, ballot: old }) => `${gpid}: ${node} still leads with ballot ${old}`),
      ...uninformed.map((member) => `${gpid} on ${member.node} is of ${tableText(member)}, not ${table}`),
      ...(decrees.size <= 1 ? [] : [`${gpid}: members have prepared up to ${[...decrees]}`]),
    ];
  });
}

/** What a replica knows of its table, in words. */
function tableText({ app_name, partition_count, max_replica_count, envs }: AppInfo | ReplicaState): string {
  const pairs = [...envs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${key}=${value}`);
  return `${app_name} with ${partition_count} partitions, ${max_replica_count} replicas, envs [${pairs}]`;
}

function primariesOf(view: ClusterView): Placed[] {
  return [...byPartition(view).values()].flat().filter(({ status }) => status === 'PS_PRIMARY');
}

function byPartition(view: ClusterView): Map<string, Placed[]> {
  const found = new Map<string, Placed[]>();
  for (const { server, replicas, hangs } of view.servers) {
    for (const replica of replicas) {
      const placed = { ...replica, node: server.node, hangs };
      found.set(replica.gpid, [...(found.get(replica.gpid) ?? []), placed]);
    }
  }
  return found;
}
