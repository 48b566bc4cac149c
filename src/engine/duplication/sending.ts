import { SECOND } from '../clock.ts';
import type { Cluster } from '../cluster.ts';
import { AssertionFailure } from '../crash.ts';
import type { DuplicatorRecord } from '../documents/replica.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { isRegistered } from '../meta/partition-split.ts';
import { CallFailure, callServer } from '../network.ts';
import { findPeer } from '../peers.ts';
import { ROCKSDB_STATUS } from '../replica/data/rocksdb-status.ts';
import { readsFirst } from '../replica/read-records.ts';
import type { Replica } from '../replica/replica.ts';
import { serveWrite } from '../replica/write.ts';
import { hashOf, type LoadedSet, type Shipment } from './loading.ts';
import { ownDuplicationId } from './own-id.ts';

/** Of one request. */
const SHIP_TIMEOUT_US = 100 * SECOND;

/**
 * Ships a loaded set, one DUPLICATE request after the other (`pegasus_mutation_duplicator.cpp`).
 *
 * @throws CallFailure when the remote cluster did not take one of them; those before it have arrived
 * @throws AssertionFailure when the remote cluster calls a request wrong, with defect D9
 */
export function sendSet(replica: Replica, duplicator: DuplicatorRecord, set: LoadedSet): void {
  for (const batch of batchesOf(set, replica)) send(replica, duplicator, batch);
}

/**
 * A request ends where it is large enough, or with the set. Upstream looks for that at each write which it appends: a
 * set whose last write is another cluster's ends without the request being sent (#2284).
 */
function* batchesOf({ shipments }: LoadedSet, replica: Replica): Generator<Shipment[]> {
  const { server } = replica;
  const { cluster } = server;
  const enough = server.setting('replication.duplicate_log_batch_bytes');
  const most = cluster.hasDefect('1840')
    ? Infinity
    : server.setting('replication.dup_max_allowed_write_size');
  let batch: Shipment[] = [];
  let size = 0;
  for (const shipment of shipments) {
    if (shipment.isForeign) continue;
    batch.push(shipment);
    size += shipment.bytes.length;
    if (size < enough && size < most && shipment !== shipments.at(-1)) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0 && !cluster.hasDefect('2284')) yield batch;
}

/**
 * Whether what failed last could work now, found out without loading anything.
 *
 * @throws CallFailure
 */
export function probe(replica: Replica, duplicator: DuplicatorRecord): void {
  // With as many partitions on both sides, hash and partition are the same.
  const target = locate(replica, duplicator, BigInt(replica.pidx));
  if (!target.isPrimary) throw new CallFailure('ERR_INVALID_STATE');
}

/** Whether the primary that gets the next request has to read its records before it can take one: it has begun to. */
export function remoteReadsFirst(replica: Replica, duplicator: DuplicatorRecord): boolean {
  const { route } = duplicator;
  const server = route && findPeer(replica.server.cluster, duplicator.remote)?.replicaServer(route.node);
  const target = route && server?.find(`${route.app_id}.${route.pidx}`);
  return target !== undefined && readsFirst(target, {});
}

/** What fails has the remote meta server asked anew before it is tried again. */
function send(replica: Replica, duplicator: DuplicatorRecord, batch: readonly Shipment[]): void {
  try {
    sendBatch(replica, duplicator, batch);
  } catch (error) {
    if (error instanceof CallFailure) delete duplicator.route;
    throw error;
  }
}

function sendBatch(replica: Replica, duplicator: DuplicatorRecord, batch: readonly Shipment[]): void {
  const { cluster } = replica.server;
  // The partition of the last write takes them all: with as many partitions it is the right one for each.
  const hash = hashOf(batch.at(-1)!.update);
  const target = locate(replica, duplicator, hash);
  const entries = batch.map((shipment) => ({
    timestamp: shipment.timestamp,
    task_code: shipment.update.code,
    raw_message: shipment.bytes,
    cluster_id: ownDuplicationId(replica),
    verify_timetag: !cluster.hasDefect('D10'),
  }));
  const call = {
    gpid: { app_id: target.appId, partition_index: target.pidx },
    code: 'RPC_RRDB_RRDB_DUPLICATE',
    body: { entries },
    partitionHash: hash,
    timeoutUs: SHIP_TIMEOUT_US,
  };
  const served = callServer(replica.server, target.server, () => {
    const first = serveWrite(target, call);
    return first.err === 'postponed' ? serveWrite(target, { ...call, hasWaited: true }) : first;
  });
  if (!('reply' in served)) throw new CallFailure(served.err);
  const reply = served.reply as { error: number; error_hint?: string };
  if (reply.error !== ROCKSDB_STATUS.invalidArgument) return;
  if (!cluster.hasDefect('D9')) throw new CallFailure('ERR_INVALID_PARAMETERS');
  throw refused(replica, reply.error_hint ?? '');
}

/**
 * The remote primary for a hash: where it was last, while it leads there, be it of a table that is dropped since; else
 * as the remote meta server says.
 */
function locate(replica: Replica, duplicator: DuplicatorRecord, hash: bigint): Replica {
  const cluster = findPeer(replica.server.cluster, duplicator.remote);
  if (cluster === undefined) throw new CallFailure('ERR_NETWORK_FAILURE');
  return whereItWas(replica, duplicator, hash, cluster) ?? lookUp(replica, duplicator, hash, cluster);
}

function whereItWas(
  replica: Replica,
  { route }: DuplicatorRecord,
  hash: bigint,
  cluster: Cluster,
): Replica | undefined {
  if (route === undefined || Number(hash % BigInt(route.partition_count)) !== route.pidx) return undefined;
  const server = cluster.replicaServer(route.node);
  if (server === undefined) return undefined;
  try {
    const found = callServer(replica.server, server, () => server.find(`${route.app_id}.${route.pidx}`));
    return found?.isPrimary === true ? found : undefined;
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    return undefined;
  }
}

function lookUp(replica: Replica, duplicator: DuplicatorRecord, hash: bigint, cluster: Cluster): Replica {
  const { meta } = cluster;
  if (meta === undefined) throw new CallFailure('ERR_NETWORK_FAILURE');
  const route = callServer(replica.server, meta, () => routeFor(meta, duplicator.remote_app_name, hash));
  checkSameTable(replica, duplicator, route.app_id);
  const server = cluster.replicaServer(route.node);
  if (server === undefined) throw new CallFailure('ERR_NETWORK_FAILURE');
  const target = callServer(replica.server, server, () => server.find(`${route.app_id}.${route.pidx}`));
  if (target === undefined) throw new CallFailure('ERR_OBJECT_NOT_FOUND');
  duplicator.route = route;
  return target;
}

function routeFor(meta: MetaServer, appName: string, hash: bigint) {
  const app = meta.tree.appNamed(appName);
  if (app === undefined) throw new CallFailure('ERR_OBJECT_NOT_FOUND');
  const index = Number(hash % BigInt(app.partition_count));
  // Until a child of a split is registered its parent answers for it.
  const isWhole = isRegistered(meta.tree.partition(app.app_id, index));
  const pidx = isWhole ? index : index - app.partition_count / 2;
  const { primary } = meta.tree.partition(app.app_id, pidx);
  if (primary === '') throw new CallFailure('ERR_INVALID_STATE');
  return { app_id: app.app_id, partition_count: app.partition_count, pidx, node: primary };
}

/** Before rdsn#1121 a client did not expect that a table of its name could be another one (#903). */
function checkSameTable(replica: Replica, duplicator: DuplicatorRecord, appId: number): void {
  const known = duplicator.remote_app_id ?? appId;
  duplicator.remote_app_id = appId;
  if (known === appId || !replica.server.cluster.hasDefect('903')) return;
  const site = {
    file: 'partition_resolver_simple.cpp',
    line: 291,
    function: 'query_config_reply',
    thread: 'replica.default0',
  };
  throw new AssertionFailure(site, replica.gpid, `[_app_id == resp.app_id] ${known} vs ${appId}`);
}

/** A remote cluster that calls our request wrong takes down our server. */
function refused(replica: Replica, hint: string): AssertionFailure {
  const site = {
    file: 'pegasus_mutation_duplicator.cpp',
    line: 208,
    function: 'on_duplicate_reply',
    thread: 'replica.replica0',
  };
  const where = `[${replica.gpid}@${replica.server.node}]`;
  return new AssertionFailure(
    site,
    replica.gpid,
    `[perr != PERR_INVALID_ARGUMENT] ${where} -1004 vs -1004 ${hint}`,
  );
}
