import { encodeKey, keyHash, NO_BYTES } from '../../rpc/idl/keys.ts';
import type { MutationRecord } from '../documents/replica.ts';
import { encodeDuplicated } from '../replica/data/duplicated-message.ts';
import {
  isDuplicable,
  type Update,
  type UpdateJson,
  updateFromJson,
  type WriteRequest,
} from '../replica/data/updates.ts';
import { lastDecreeOf } from '../replica/private-log.ts';
import type { Replica } from '../replica/replica.ts';

/** A logged write as it is shipped. */
export interface Shipment {
  readonly update: Update;
  /** Microseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly bytes: Uint8Array;
  /** It came by duplication itself, so it goes no further. */
  readonly isForeign: boolean;
}

/** What the loader hands to the shipper at a time. */
export interface LoadedSet {
  /** The set's last decree: what counts as shipped once it is. */
  readonly lastDecree: number;
  /** In the order of their timestamps. */
  readonly shipments: readonly Shipment[];
  /** Of all shipments. */
  readonly bytes: number;
}

/** So many mutations with nothing to send are a set too: it is not known before how many they are. */
const MOST_SKIPPED = 100;

/** What comes next of the log, from a decree on: at least `duplicate_log_batch_bytes` (`load_from_private_log.cpp`). */
export function nextSet(replica: Replica, from: number, to: number): LoadedSet {
  const enough = replica.server.setting('replication.duplicate_log_batch_bytes');
  const shipments: Shipment[] = [];
  let bytes = 0;
  let mutations = 0;
  const loadedUpTo = (lastDecree: number) => ({ lastDecree, shipments: inOrder(replica, shipments), bytes });
  for (const mutation of committedBetween(replica, from, to)) {
    const loaded = shipmentsOf(mutation);
    shipments.push(...loaded);
    bytes += loaded.reduce((sum, shipment) => sum + shipment.bytes.length, 0);
    mutations++;
    if (bytes === 0 ? mutations === MOST_SKIPPED : bytes >= enough) return loadedUpTo(lastDecreeOf(mutation));
  }
  return loadedUpTo(to);
}

/** When the first of some mutations was written that is loaded, in microseconds; undefined where none is. */
export function firstToShip(replica: Replica, from: number, to: number): number | undefined {
  for (const { updates, time_us } of committedBetween(replica, from, to))
    if (updates.some(isLoaded)) return time_us;
  return undefined;
}

/** By time. Upstream orders the updates of one mutation, which share a timestamp, by their addresses in memory (D8). */
function inOrder({ server }: Replica, shipments: readonly Shipment[]): Shipment[] {
  const ordered = server.cluster.hasDefect('D8') ? shipments.toReversed() : [...shipments];
  return ordered.sort((a, b) => a.timestamp - b.timestamp);
}

/**
 * The mutations of some decrees, each once. One that was prepared again stands in the log twice, and the last time counts:
 * there is none any more behind a mutation that tells of its commit.
 */
function* committedBetween(replica: Replica, from: number, to: number): Generator<MutationRecord> {
  const prepared = new Map<number, MutationRecord>();
  for (const mutation of replica.plog.from(from)) {
    yield* takeUpTo(prepared, mutation.committed);
    if (mutation.committed >= to) return;
    if (mutation.decree >= from && lastDecreeOf(mutation) <= to) prepared.set(mutation.decree, mutation);
  }
  yield* takeUpTo(prepared, to);
}

function takeUpTo(prepared: Map<number, MutationRecord>, decree: number): MutationRecord[] {
  const taken = [...prepared.values()].filter((mutation) => mutation.decree <= decree);
  for (const mutation of taken) prepared.delete(mutation.decree);
  return taken.sort((a, b) => a.decree - b.decree);
}

function shipmentsOf({ updates, time_us: timestamp }: MutationRecord): Shipment[] {
  return updates.filter(isLoaded).map((json) => {
    const update = updateFromJson(json);
    const isForeign = isOfAnother(json);
    return { update, timestamp, bytes: isForeign ? NO_BYTES : encodeDuplicated(update), isForeign };
  });
}

/** Empty writes are not loaded, nor are writes that give another result when they are repeated (`mutation_batch.cpp`). */
function isLoaded(update: UpdateJson): boolean {
  return isOfAnother(update) || isDuplicable(update.code);
}

function isOfAnother({ code }: UpdateJson): boolean {
  return code === 'RPC_RRDB_RRDB_DUPLICATE';
}

/** Of the keys that a write touches: all of them have the same hash key. */
export function hashOf({ code, request }: Update): bigint {
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
