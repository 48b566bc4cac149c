import { directoryOf } from '../address.ts';
import { SECOND } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import type { ReplicaDisk } from '../documents/replica.ts';
import { abandonServer, startServer } from '../lifecycle.ts';
import { MetaTree } from '../meta/tree.ts';
import type { Doc } from '../storage/store.ts';
import type { Universe } from '../universe.ts';
import type { Finding } from './finding.ts';
import type { Mended } from './rewrite.ts';

const IN_NODE = /^clusters\/([^/]+)\/nodes\/([^/]+)\/(.*)$/;
const OF_REPLICA = /^reps\/(\d+)\.(\d+)\.pegasus\//;
const OF_TABLE = /^reps\/(\d+)\.json$/;
const OF_MEMORY = /^(?:process\.json|(?:memory|envs)\/\d+\.json)$/;

/** A damaged file of a server. */
interface Lost {
  readonly path: string;
  readonly cluster: string;
  readonly directory: string;
  readonly inside: string;
}

/**
 * What cannot be restored of a server's files is given up: damaged memory as in a crash, a damaged replica as with a
 * broken disk. The server goes down, the cluster sees it die, and learns the replica anew from another one.
 *
 * @param universe of a workspace whose other files are sound
 */
export function replaceReplicas(universe: Universe, findings: readonly Finding[]): Mended[] {
  const lost = findings.flatMap(lostFileOf);
  return universe.clusters().flatMap((cluster) => {
    const given = lost.filter((one) => one.cluster === cluster.name && isReplaceable(cluster, one, lost));
    const nodes = serversOf(cluster).filter((node) =>
      given.some(({ directory }) => directory === directoryOf(node)),
    );
    const running = nodes.filter((node) => cluster.isRunning(node));
    for (const node of running) abandonServer(cluster, node);
    for (const one of given) giveUp(cluster, one);
    if (running.length > 0) universe.timeline.moveTo(universe.now + untilDead(cluster));
    for (const node of running) startServer(cluster, node);
    return given.map(({ path, inside }) => ({ path, how: howOf(inside) }));
  });
}

/** Until the leader has seen that a server is gone, in microseconds. */
function untilDead(cluster: Cluster): number {
  const grace = cluster.setting('replication.fd_grace_seconds');
  return (grace + cluster.setting('replication.fd_check_interval_seconds') + 1) * SECOND;
}

/** Whether damage is only in what servers know by themselves. */
export function isInServersOnly(findings: readonly Finding[]): boolean {
  return findings.every(({ path, severity }) => severity === 'note' || IN_NODE.test(path));
}

function lostFileOf({ path, severity }: Finding): Lost[] {
  const [, cluster, directory, inside] = IN_NODE.exec(path) ?? [];
  if (severity === 'note' || cluster === undefined || directory === undefined || inside === undefined)
    return [];
  return [{ path, cluster, directory, inside }];
}

function serversOf({ record: { metas, replicas } }: Cluster): string[] {
  return [...metas, ...replicas];
}

function isReplaceable(cluster: Cluster, { directory, inside }: Lost, lost: readonly Lost[]): boolean {
  if (OF_MEMORY.test(inside)) return true;
  const gpid = OF_REPLICA.exec(inside);
  const table = OF_TABLE.exec(inside);
  const isElsewhere = (appId: number, pidx: number) =>
    serversOf(cluster).some(
      (node) => directoryOf(node) !== directory && isSound(cluster, node, [appId, pidx], lost),
    );
  if (gpid !== null) return isElsewhere(Number(gpid[1]), Number(gpid[2]));
  return (
    table !== null &&
    partitionsOf(cluster, Number(table[1])).every((pidx) => isElsewhere(Number(table[1]), pidx))
  );
}

/** Whether a server has a replica, and all its files. */
function isSound(
  cluster: Cluster,
  node: string,
  [appId, pidx]: [number, number],
  lost: readonly Lost[],
): boolean {
  const own = lost.filter((one) => one.cluster === cluster.name && one.directory === directoryOf(node));
  const isLost = own.some(
    ({ inside }) => inside === `reps/${appId}.json` || inside.startsWith(`reps/${appId}.${pidx}.pegasus/`),
  );
  return !isLost && disksOf(cluster, directoryOf(node), appId).has(`${pidx}`);
}

function partitionsOf(cluster: Cluster, appId: number): number[] {
  const count = new MetaTree(cluster.universe.store, cluster.name).app(appId)?.partition_count ?? 0;
  return Array.from({ length: count }, (_, pidx) => pidx);
}

function giveUp(cluster: Cluster, { directory, inside }: Lost): void {
  const { store } = cluster.universe;
  const reps = `clusters/${cluster.name}/nodes/${directory}/reps`;
  const [, appId, pidx] = OF_REPLICA.exec(inside) ?? [];
  if (appId !== undefined && pidx !== undefined) {
    disksOf(cluster, directory, Number(appId)).delete(pidx);
    store.remove(`${reps}/${appId}.${pidx}.pegasus`);
  }
  const [, table] = OF_TABLE.exec(inside) ?? [];
  if (table === undefined) return;
  store.remove(`${reps}/${table}.json`);
  for (const name of store.list(reps)) if (name.startsWith(`${table}.`)) store.remove(`${reps}/${name}`);
}

function disksOf(cluster: Cluster, directory: string, appId: number): Doc<ReplicaDisk> {
  const path = `clusters/${cluster.name}/nodes/${directory}/reps/${appId}.json`;
  return cluster.universe.store.document(path);
}

function howOf(inside: string): string {
  const [, appId, pidx] = OF_REPLICA.exec(inside) ?? [];
  if (OF_MEMORY.test(inside)) return 'the server was restarted, with empty memory';
  if (appId === undefined)
    return 'the server was restarted without its replicas of this table: it learns them anew';
  return `the server was restarted without replica ${appId}.${pidx}: it learns it anew`;
}
