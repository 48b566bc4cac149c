import type { KeyArguments } from './arguments.ts';
import type {
  CheckAndSetRequest,
  IncrRequest,
  MultiPutRequest,
  MultiRemoveRequest,
  UpdateRequest,
} from './rrdb.ts';
import type { Gpid } from './schema.ts';

/** One write of a mutation: its RPC code and, of those that the C++ shell shows, what was asked, under its name. */
export type LoggedUpdate = { readonly code: string } & { readonly [N in keyof Requests]?: Requests[N] };

interface Requests {
  readonly put: UpdateRequest;
  readonly remove: KeyArguments;
  readonly multiPut: MultiPutRequest;
  readonly multiRemove: MultiRemoveRequest;
  readonly incr: IncrRequest;
  readonly checkAndSet: CheckAndSetRequest;
}

/** One mutation as it stands in the private log of a replica (`mutation_header`, `src/replica/mutation.cpp`). */
export interface LoggedMutation {
  readonly pid: Gpid;
  readonly ballot: number;
  readonly decree: number;
  readonly last_committed_decree: number;
  /** Where it begins, counted from the beginning of the replica's first log file. */
  readonly log_offset: number;
  /** Microseconds since 1970. */
  readonly timestamp: number;
  /** Of all its bytes. */
  readonly log_length: number;
  readonly updates: readonly LoggedUpdate[];
}

/** What the log files of a directory hold, up to where they cannot be read on. */
export interface PrivateLog {
  readonly mutations: readonly LoggedMutation[];
  /** `ERR_OK`, or why there is no more. */
  readonly err: string;
}
