/** Applies committed mutations (`src/server/pegasus_server_write.cpp`, `pegasus_write_service.cpp`). */
import type { DuplicateEntry, DuplicateRequest, DuplicateResponse } from '../../../rpc/idl/duplicate.ts';
import { NO_BYTES } from '../../../rpc/idl/keys.ts';
import { allOf, type Steps } from '../../steps.ts';
import { checkAndMutate, checkAndSet } from './checked-writes.ts';
import { decodeDuplicated } from './duplicated-message.ts';
import { incr } from './incr.ts';
import { isNextPart } from './long-writes.ts';
import { multiPut, multiRemove, put, remove } from './plain-writes.ts';
import { ROCKSDB_STATUS } from './rocksdb-status.ts';
import { timetagOf } from './timetag.ts';
import { type Update, type WriteCode, type WriteRequest, writeCode } from './updates.ts';
import { type ApplyContext, type WritableStore, Writer } from './writer.ts';

export type { ApplyContext, WritableStore } from './writer.ts';

type Apply<C extends WriteCode> = (writer: Writer, request: WriteRequest<C>) => unknown;

type Applying<C extends WriteCode> = (writer: Writer, request: WriteRequest<C>) => Steps<unknown>;

/** Those that may be of many records. */
const IN_STEPS = {
  RPC_RRDB_RRDB_MULTI_PUT: multiPut,
  RPC_RRDB_RRDB_MULTI_REMOVE: multiRemove,
  RPC_RRDB_RRDB_CHECK_AND_MUTATE: checkAndMutate,
} as const;

const AT_ONCE: { readonly [C in Exclude<WriteCode, keyof typeof IN_STEPS>]: Apply<C> } = {
  RPC_RRDB_RRDB_PUT: put,
  RPC_RRDB_RRDB_REMOVE: remove,
  RPC_RRDB_RRDB_INCR: incr,
  RPC_RRDB_RRDB_CHECK_AND_SET: checkAndSet,
  RPC_RRDB_RRDB_DUPLICATE: duplicate,
  RPC_REPLICATION_WRITE_EMPTY: () => undefined,
};

/**
 * Applies a mutation and returns the response of each update; an empty write has none.
 *
 * A refused update (bad operand, failed check) changes nothing, and is answered like the others: it has used the decree.
 * @param store undefined where nobody keeps what plain writes write
 * @throws Error when an update's code is none of a write
 */
export function applyMutation(
  store: WritableStore | undefined,
  updates: readonly Update[],
  context: ApplyContext,
): unknown[] {
  const writer = new Writer(store, context);
  return updates.map((update) => applyUpdate(writer, update));
}

/** The same in steps, of one that takes long. Nobody may see the records in between. */
export function* applyingMutation(
  store: WritableStore | undefined,
  updates: readonly Update[],
  context: ApplyContext,
): Steps<unknown[]> {
  const writer = new Writer(store, context);
  const replies: unknown[] = [];
  for (const [at, update] of updates.entries()) {
    if (isNextPart(at)) yield;
    const steps = stepsOf(writer, update);
    replies.push(steps === undefined ? applyUpdate(writer, update) : yield* steps);
  }
  return replies;
}

function applyUpdate(writer: Writer, update: Update): unknown {
  const steps = stepsOf(writer, update);
  if (steps !== undefined) return allOf(steps);
  const apply = AT_ONCE[update.code as keyof typeof AT_ONCE] as Apply<WriteCode>;
  return apply(writer, update.request as WriteRequest<WriteCode>);
}

function stepsOf(writer: Writer, { code, request }: Update): Steps<unknown> | undefined {
  const applying = (IN_STEPS as Partial<Record<string, Applying<WriteCode>>>)[writeCode(code)];
  return applying?.(writer, request as WriteRequest<WriteCode>);
}

/** Applies what another cluster shipped, in order, up to the first entry that is refused. */
function duplicate(writer: Writer, request: DuplicateRequest): DuplicateResponse {
  for (const entry of request.entries) {
    const answer = applyEntry(writer, entry);
    if (answer.error !== ROCKSDB_STATUS.ok) return answer;
  }
  return { error: ROCKSDB_STATUS.ok };
}

function applyEntry(writer: Writer, entry: DuplicateEntry): DuplicateResponse {
  const { clusterId: own, clusterIds } = writer.context;
  const { cluster_id: id = 0, task_code: code = '', raw_message: message = NO_BYTES } = entry;
  if (clusterIds !== undefined && !clusterIds().has(id)) return refuse('request cluster id is unconfigured');
  if (id === own) return refuse('self-duplicating');
  const update = decodeDuplicated(code, message);
  if (update === undefined) return refuse(`unrecognized task code ${code}`);
  const timetag = timetagOf(entry.timestamp ?? 0, id);
  const reply = applyUpdate(
    writer.onBehalfOf({ timetag, verifyTimetag: entry.verify_timetag ?? false }),
    update,
  );
  return { error: (reply as { readonly error: number }).error };
}

function refuse(hint: string): DuplicateResponse {
  return { error: ROCKSDB_STATUS.invalidArgument, error_hint: hint };
}
