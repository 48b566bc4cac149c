import { encodeKey, keyHash, NO_BYTES } from '../../rpc/idl/keys.ts';
import type { MutationRecord } from '../documents/replica.ts';
import { encodeDuplicated } from '../replica/data/duplicated-message.ts';
import { isDuplicable, type Update, updateFromJson, type WriteRequest } from '../replica/data/updates.ts';
import { lastDecreeOf } from '../replica/private-log.ts';
import type { Replica } from '../replica/replica.ts';

/** A logged write as it is shipped. */
export interface Shipment {
  /** Of the keys that it touches: all of them have the same hash key. */
  readonly hash: bigint;
  /** Microseconds since the Unix epoch. */
  readonly timestamp: number;
  readonly code: string;
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
}

/** The log from a decree on, in sets of at least `duplicate_log_batch_bytes` (`load_from_private_log.cpp`). */
export function* loadSets(replica: Replica, from: number, to: number): Generator<LoadedSet> {
  const enough = replica.server.setting('replication.duplicate_log_batch_bytes');
  let shipments: Shipment[] = [];
  let size = 0;
  for (const mutation of mutationsBetween(replica, from, to)) {
    const loaded = shipmentsOf(mutation);
    shipments.push(...loaded);
    size += loaded.reduce((sum, shipment) => sum + shipment.bytes.length, 0);
    if (size < enough || shipments.length === 0) continue;
    yield { lastDecree: lastDecreeOf(mutation), shipments: inOrder(replica, shipments) };
    shipments = [];
    size = 0;
  }
  yield { lastDecree: to, shipments: inOrder(replica, shipments) };
}

/** By time. Upstream orders the updates of one mutation, which share a timestamp, by their addresses in memory (D8). */
function inOrder({ server }: Replica, shipments: readonly Shipment[]): Shipment[] {
  const ordered = server.cluster.hasDefect('D8') ? shipments.toReversed() : [...shipments];
  return ordered.sort((a, b) => a.timestamp - b.timestamp);
}

/** A decree that was prepared again stands in the log twice: the later ballot counts. */
function mutationsBetween(replica: Replica, from: number, to: number): MutationRecord[] {
  const byDecree = new Map<number, MutationRecord>();
  for (const mutation of replica.plog.from(from)) {
    if (mutation.decree >= from && lastDecreeOf(mutation) <= to) byDecree.set(mutation.decree, mutation);
  }
  return [...byDecree.values()].sort((a, b) => a.decree - b.decree);
}

/** Empty writes are not loaded, nor are writes that give another result when they are repeated (`mutation_batch.cpp`). */
function shipmentsOf(mutation: MutationRecord): Shipment[] {
  return mutation.updates.map(updateFromJson).flatMap((update) => {
    const isForeign = update.code === 'RPC_RRDB_RRDB_DUPLICATE';
    if (!isForeign && !isDuplicable(update.code)) return [];
    return {
      hash: isForeign ? 0n : hashOf(update),
      timestamp: mutation.time_us,
      code: update.code,
      bytes: isForeign ? NO_BYTES : encodeDuplicated(update),
      isForeign,
    };
  });
}

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
