/**
 * What a process that serves a workspace offers to the commands of pegsh in other processes, at its control endpoint:
 * every call that a transport can make, as though the caller had the workspace open itself.
 */
import { controlMethod } from '../method.ts';
import { RealCluster } from './control.ts';
import {
  big64,
  blob,
  bool,
  enumeration,
  gpid,
  type Infer,
  i64,
  list,
  opt,
  req,
  string,
  struct,
} from './schema.ts';

export const CallTarget = enumeration('ctl_call_target', { meta: 0, replica: 1, control: 2 });

/** One call of a transport. */
export const CallRequest = struct('ctl_call_request', () => ({
  /** Empty: the current one. */
  cluster: req(1, string),
  target: req(2, CallTarget),
  /** The server asked, where the target is a replica. */
  server: req(3, string),
  gpid: req(4, gpid),
  partition_hash: req(5, big64),
  timeout_us: req(6, i64),
  /** The RPC code. */
  code: req(7, string),
  /** The request, by the schema of the code: a struct without anything around it. */
  body: req(8, blob),
}));
export type CallRequest = Infer<typeof CallRequest>;

export const FailureKind = enumeration('ctl_failure_kind', { rpc: 0, cluster: 1, usage: 2 });

/** What the call threw, so that the caller can throw it again: RpcError, ClusterError, UsageError. */
export const Failure = struct('ctl_failure', () => ({
  kind: req(1, FailureKind),
  code: req(2, string),
  message: req(3, string),
  hint: opt(4, string),
}));

/** What the caller would see of an open workspace without asking. */
export const ServingState = struct('ctl_serving_state', () => ({
  now_us: req(1, i64),
  current_cluster: req(2, string),
  clusters: req(3, list(string)),
  real_clusters: req(4, list(RealCluster)),
  /** Whether the time goes on by itself. */
  is_realtime: req(5, bool),
}));
export type ServingState = Infer<typeof ServingState>;

export const CallResponse = struct('ctl_call_response', () => ({
  /** The reply, by the schema of the code. */
  body: opt(1, blob),
  failure: opt(2, Failure),
  state: opt(3, ServingState),
}));
export type CallResponse = Infer<typeof CallResponse>;

export const callServed = controlMethod('CTL_CALL', CallRequest, CallResponse);

/** Answered at once, however busy the process is: one that is suspended takes the connection and says nothing. */
export const greetServed = controlMethod(
  'CTL_GREET',
  struct('ctl_greet_request', () => ({})),
  struct('ctl_greet_response', () => ({})),
);

/** Answered when the time has passed: really under the real time, at once under a manual clock, which is moved. */
export const sleepServed = controlMethod(
  'CTL_SLEEP',
  struct('ctl_sleep_request', () => ({ duration_us: req(1, i64) })),
  ServingState,
);
