import { encodeKey, keyHash, NO_BYTES } from '../../rpc/idl/keys.ts';
import { SECOND } from '../clock.ts';
import { AssertionFailure } from '../crash.ts';
import type { DuplicatorRecord, MutationRecord } from '../documents/replica.ts';
import type { MetaServer } from '../meta/meta-server.ts';
import { CallFailure, callServer } from '../network.ts';
import { encodeDuplicated } from '../replica/data/duplicated-message.ts';
import { ROCKSDB_STATUS } from '../replica/data/rocksdb-status.ts';
import { isDuplicable, type Update, updateFromJson, type WriteRequest } from '../replica/data/updates.ts';
import { lastDecreeOf } from '../replica/private-log.ts';
import type { Replica } from '../replica/replica.ts';
import { serveWrite } from '../replica/write.ts';
import { updateProgress } from './duplicator.ts';
import { scheduleShipping } from './ship-timer.ts';
import { scheduleSync } from './sync-timer.ts';

/** A pipeline waits so long after a failed request, or while the meta server has not confirmed where to start. */
const RETRY_US = 1 * SECOND;

/** Of one request (`pegasus_mutation_duplicator.cpp`). */
const SHIP_TIMEOUT_US = 100 * SECOND;

interface Shipment {
  readonly hash: bigint;
  readonly timestamp: number;
  readonly update: Update;
  readonly bytes: Uint8Array;
}

/** The pipelines of one primary look at the log: what is committed and not shipped yet goes out (duplication.md 3.6). */
export function shipMutations(replica: Replica): void {
  for (const duplicator of Object.values(replica.ram.duplicators)) {
    if (!duplicator.shipping || duplicator.last_decree >= replica.ram.last_committed_decree) continue;
    if (duplicator.confirmed_decree === -1 || !shipNext(replica, duplicator))
      scheduleShipping(replica, RETRY_US);
    scheduleSync(replica.server);
  }
  replica.saveRam();
}

/** Ships everything up to the commit point; false when the remote cluster did not take it. */
function shipNext(replica: Replica, duplicator: DuplicatorRecord): boolean {
  const limit = replica.ram.last_committed_decree;
  assertLogIsThere(replica, duplicator);
  const shipments = collect(replica, duplicator.last_decree + 1, limit);
  try {
    for (const batch of batchesOf(shipments, replica)) send(replica, duplicator, batch);
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
    duplicator.last_error = { code: error.code, at_us: replica.now };
    return false;
  }
  delete duplicator.last_error;
  updateProgress(replica, duplicator, limit, duplicator.confirmed_decree);
  return true;
}

function assertLogIsThere(replica: Replica, duplicator: DuplicatorRecord): void {
  const start = duplicator.last_decree + 1;
  const gced = replica.plog.maxGcedDecree;
  if (gced < start) return;
  const site = {
    file: 'load_from_private_log.cpp',
    line: 80,
    function: 'run',
    thread: 'replica.rep_long0.0000000000000001',
  };
  const text =
    `[max_gced_decree < _start_decree] [${replica.gpid}@${replica.server.node}] ${gced} vs ${start} the logs haven't yet ` +
    `duplicated were accidentally truncated [max_gced_decree: ${gced}, start_decree: ${start}, ` +
    `replica_confirmed_decree: ${duplicator.last_decree}, meta_persisted_decree: ${duplicator.confirmed_decree}]`;
  throw new AssertionFailure(site, replica.gpid, text);
}

/** Idempotent writes of the log, one shipment for each; a decree that was prepared again counts once. */
function collect(replica: Replica, from: number, to: number): Shipment[] {
  const byDecree = new Map<number, MutationRecord>();
  for (const mutation of replica.plog.from(from)) {
    if (mutation.decree >= from && lastDecreeOf(mutation) <= to) byDecree.set(mutation.decree, mutation);
  }
  const mutations = [...byDecree.values()].sort((a, b) => a.time_us - b.time_us || a.decree - b.decree);
  return mutations.flatMap((mutation) =>
    mutation.updates
      .map(updateFromJson)
      .filter((update) => isDuplicable(update.code))
      .map((update) => ({
        hash: hashOf(update),
        timestamp: mutation.time_us,
        update,
        bytes: encodeDuplicated(update),
      })),
  );
}

/** Where the remote table keeps what a write touches: all keys of one write have the same hash key. */
function hashOf({ code, request }: Update): bigint {
  switch (code) {
    case 'RPC_RRDB_RRDB_MULTI_PUT': {
      const { hash_key, kvs } = request as WriteRequest<'RPC_RRDB_RRDB_MULTI_PUT'>;
      return keyHash(encodeKey(hash_key, kvs[0]?.key ?? NO_BYTES));
    }
    case 'RPC_RRDB_RRDB_MULTI_REMOVE': {
      const { hash_key, sort_keys } = request as WriteRequest<'RPC_RRDB_RRDB_MULTI_REMOVE'>;
      return keyHash(encodeKey(hash_key, sort_keys[0] ?? NO_BYTES));
    }
    default:
      return keyHash((request as { readonly key: Uint8Array }).key);
  }
}

/** One request holds entries until they reach `duplicate_log_batch_bytes`. */
function* batchesOf(shipments: readonly Shipment[], replica: Replica): Generator<Shipment[]> {
  const limit = replica.server.setting('replication.duplicate_log_batch_bytes');
  let batch: Shipment[] = [];
  let size = 0;
  for (const shipment of shipments) {
    batch.push(shipment);
    size += shipment.bytes.length;
    if (size < limit) continue;
    yield batch;
    batch = [];
    size = 0;
  }
  if (batch.length > 0) yield batch;
}

function send(replica: Replica, duplicator: DuplicatorRecord, batch: readonly Shipment[]): void {
  const { cluster } = replica.server;
  const hash = batch.at(-1)?.hash ?? 0n;
  const target = locate(replica, duplicator, hash);
  const entries = batch.map((shipment) => ({
    timestamp: shipment.timestamp,
    task_code: shipment.update.code,
    raw_message: shipment.bytes,
    cluster_id: cluster.record.cluster_id,
    verify_timetag: false,
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
  if (reply.error === ROCKSDB_STATUS.invalidArgument) throw refusedFailure(replica, reply.error_hint ?? '');
}

/** The remote primary for a hash, asked of the remote meta server as a client would. */
function locate(replica: Replica, duplicator: DuplicatorRecord, hash: bigint): Replica {
  const cluster = replica.server.cluster.universe.findCluster(duplicator.remote);
  const meta = cluster?.meta;
  if (cluster === undefined || meta === undefined) throw new CallFailure('ERR_NETWORK_FAILURE');
  const { node, gpid } = callServer(replica.server, meta, () =>
    primaryFor(meta, duplicator.remote_app_name, hash),
  );
  const server = cluster.replicaServer(node);
  if (server === undefined) throw new CallFailure('ERR_NETWORK_FAILURE');
  const target = callServer(replica.server, server, () => server.find(gpid));
  if (target === undefined) throw new CallFailure('ERR_OBJECT_NOT_FOUND');
  return target;
}

function primaryFor(meta: MetaServer, appName: string, hash: bigint): { node: string; gpid: string } {
  const app = meta.tree.appNamed(appName);
  if (app === undefined) throw new CallFailure('ERR_OBJECT_NOT_FOUND');
  const pidx = Number(hash % BigInt(app.partition_count));
  const { primary } = meta.tree.partition(app.app_id, pidx);
  if (primary === '') throw new CallFailure('ERR_INVALID_STATE');
  return { node: primary, gpid: `${app.app_id}.${pidx}` };
}

/** A remote cluster that calls our request wrong takes down our server (duplication.md D9). */
function refusedFailure(replica: Replica, hint: string): AssertionFailure {
  const site = {
    file: 'pegasus_mutation_duplicator.cpp',
    line: 208,
    function: 'on_duplicate_reply',
    thread: 'replica.replica0.0000000000000001',
  };
  const where = `[${replica.gpid}@${replica.server.node}]`;
  return new AssertionFailure(
    site,
    replica.gpid,
    `[perr != PERR_INVALID_ARGUMENT] ${where} -1004 vs -1004 ${hint}`,
  );
}
