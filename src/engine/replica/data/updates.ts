import { KeyArguments, NoReply } from '../../../rpc/idl/arguments.ts';
import { DuplicateRequest } from '../../../rpc/idl/duplicate.ts';
import {
  CheckAndMutateRequest,
  CheckAndSetRequest,
  IncrRequest,
  MultiPutRequest,
  MultiRemoveRequest,
  UpdateRequest,
} from '../../../rpc/idl/rrdb.ts';
import type { Infer, StructType } from '../../../rpc/idl/schema.ts';
import { encodedSize } from '../../../rpc/idl/size.ts';
import type { Steps } from '../../steps.ts';
import { constant, type JsonWriter } from '../../storage/json-writer.ts';
import { type JsonObject, structFromJson, writeStruct, writingStruct } from './message-json.ts';

/** What a mutation can carry, and the request of each (`src/include/rrdb/rrdb.code.definition.h`). */
export const WRITE_REQUESTS = {
  RPC_RRDB_RRDB_PUT: UpdateRequest,
  RPC_RRDB_RRDB_REMOVE: KeyArguments,
  RPC_RRDB_RRDB_MULTI_PUT: MultiPutRequest,
  RPC_RRDB_RRDB_MULTI_REMOVE: MultiRemoveRequest,
  RPC_RRDB_RRDB_INCR: IncrRequest,
  RPC_RRDB_RRDB_CHECK_AND_SET: CheckAndSetRequest,
  RPC_RRDB_RRDB_CHECK_AND_MUTATE: CheckAndMutateRequest,
  RPC_RRDB_RRDB_DUPLICATE: DuplicateRequest,
  RPC_REPLICATION_WRITE_EMPTY: NoReply,
} as const;

export type WriteCode = keyof typeof WRITE_REQUESTS;
export type WriteRequest<C extends WriteCode> = Infer<(typeof WRITE_REQUESTS)[C]>;

/** One write of a mutation: an RPC code and its request. */
export interface Update {
  readonly code: string;
  /** Typed by `WRITE_REQUESTS`. */
  readonly request: unknown;
}

/** An update as it stands in a log. */
export interface UpdateJson {
  readonly code: WriteCode;
  readonly request: JsonObject;
}

/** Whether a data request writes. */
export function isWriteCode(code: string): code is WriteCode {
  return Object.hasOwn(WRITE_REQUESTS, code);
}

/** Bytes of a write's message without its header: the request as the only argument of a call, and the end. */
export function sizeOfWrite(code: WriteCode, request: unknown): number {
  const schema: StructType<unknown> = WRITE_REQUESTS[code];
  // A wrapper's own field is the argument.
  return encodedSize(schema, request) + (schema.isWrapper ? 0 : 4);
}

const BEFORE_REQUEST: ReadonlyMap<string, Uint8Array> = new Map(
  Object.keys(WRITE_REQUESTS).map((code) => [code, constant(`{"code":"${code}","request":`)]),
);

/** Writes an update as it stands in a log. @throws Error when the code is none of a write */
export function writeUpdate(to: JsonWriter, update: Update): void {
  const code = writeCode(update.code);
  to.constant(BEFORE_REQUEST.get(code)!);
  writeStruct(to, WRITE_REQUESTS[code], update.request);
  to.character('}');
}

/** The same in steps, of one with long lists. */
export function* writingUpdate(to: JsonWriter, update: Update): Steps {
  const code = writeCode(update.code);
  to.constant(BEFORE_REQUEST.get(code)!);
  yield* writingStruct(to, WRITE_REQUESTS[code], update.request);
  to.character('}');
}

/** A write, read back from a log. */
export function updateFromJson(json: UpdateJson): Update {
  return { code: json.code, request: structFromJson(WRITE_REQUESTS[json.code], json.request) };
}

/** @throws Error when the code is none of a write: callers refuse those before they make an update */
export function writeCode(code: string): WriteCode {
  if (!isWriteCode(code)) throw new Error(`${code} is not a write`);
  return code;
}

const DUPLICABLE: ReadonlySet<string> = new Set<WriteCode>([
  'RPC_RRDB_RRDB_PUT',
  'RPC_RRDB_RRDB_REMOVE',
  'RPC_RRDB_RRDB_MULTI_PUT',
  'RPC_RRDB_RRDB_MULTI_REMOVE',
]);

/**
 * Whether duplication ships a write. Of the others, what came by duplication and empty writes are skipped, and
 * `incr` and the two check operations are refused while a table is duplicated (`mutation_batch.cpp`).
 */
export function isDuplicable(code: string): boolean {
  return DUPLICABLE.has(code);
}
