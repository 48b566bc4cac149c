import type { FaultKind } from '../rpc/idl/control.ts';
import { SECOND } from './clock.ts';
import type { Cluster } from './cluster.ts';
import type { FaultRecord } from './documents/fault.ts';
import { CLIENT, type Faults, isEnd } from './faults.ts';
import type { EffectiveKey, SettingValue } from './settings.ts';

/** How long a caller waits for a reply unless it says otherwise (`[task..default] rpc_timeout_milliseconds`). */
export const RPC_TIMEOUT_US = 5 * SECOND;

/** A call that brought no answer, with the code that the caller sees. */
export class CallFailure extends Error {
  readonly code: string;

  constructor(code: string) {
    // A cut connection fails thousands of times in a simulated hour: to note each time from where costs more than all else.
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    super(code);
    Error.stackTraceLimit = limit;
    this.name = 'CallFailure';
    this.code = code;
  }
}

/** One end of a connection between servers. */
export interface Endpoint {
  readonly cluster: Cluster;
  readonly node: string;
  readonly startedUs: number;
  readonly enableAuth: boolean;
  setting<K extends EffectiveKey>(key: K): SettingValue<K>;
  /** Far ends that refused this process for want of credentials: their replies never arrive. */
  readonly deaf: readonly string[];
  markDeaf(connection: string): void;
}

export interface Answer<R> {
  readonly value: R;
  /** How long the messages were on their way. */
  readonly latencyUs: number;
}

/** The name of a server among the ends of faults. */
export function endOf({ cluster, node }: { cluster: Cluster; node: string }): string {
  return `${cluster.name}/${node}`;
}

/**
 * A call from one server to another: done at once, or refused.
 *
 * A session is negotiated only where both processes have `security.enable_auth`. One that demands it
 * (`security.mandatory_auth`) drops what comes over a session that is not, so that the caller waits for nothing;
 * a connection once refused that way stays deaf until either end restarts, though its requests are executed again as
 * soon as authentication is not demanded any more.
 *
 * @throws CallFailure ERR_NETWORK_FAILURE where nothing listens; ERR_TIMEOUT where no reply comes in time;
 * ERR_ACL_DENY where the caller may not
 */
export function callServer<R>(
  from: Endpoint,
  to: Endpoint | undefined,
  handle: () => R,
  timeoutUs = RPC_TIMEOUT_US,
): R {
  return exchange(from, to, handle, timeoutUs).value;
}

/** The same, with the time that it took. */
export function exchange<R>(
  from: Endpoint,
  to: Endpoint | undefined,
  handle: () => R,
  timeoutUs: number,
): Answer<R> {
  if (to === undefined) throw new CallFailure('ERR_NETWORK_FAILURE');
  if (from.cluster === to.cluster) return deliver(from, to, handle, call, timeoutUs);
  if (isDropped(from, to)) {
    const connection = connectionTo(to);
    if (!from.deaf.includes(connection)) from.markDeaf(connection);
    throw new CallFailure('ERR_TIMEOUT');
  }
  const answer = deliver(from, to, handle, call, timeoutUs);
  if (isDeaf(from, to)) throw new CallFailure('ERR_TIMEOUT');
  return answer;
}

/** Whether replies do not arrive because the connection was refused once. */
export function isDeaf(from: Pick<Endpoint, 'deaf'>, to: Endpoint): boolean {
  return from.deaf.includes(connectionTo(to)) && to.cluster.hasDefect('D16');
}

/** A connection to one process of a server. */
function connectionTo(to: Endpoint): string {
  return `${to.cluster.name}/${to.node}@${to.startedUs}`;
}

/** A message that nobody waits for an answer to. */
export function sendOneWay(from: Endpoint, to: Endpoint, handle: () => void): void {
  try {
    callServer(from, to, handle);
  } catch (error) {
    if (!(error instanceof CallFailure)) throw error;
  }
}

/** A call from outside the clusters. */
export function callFromClient<E extends Endpoint, Q, R>(
  to: E,
  request: Q,
  handle: (to: E, request: Q) => R,
  timeoutUs: number,
): Answer<R> {
  return deliver(CLIENT, to, request, handle, timeoutUs);
}

/** Whether any fault may touch what two ends say to each other, be it now and then only. */
export function isDisturbed(faults: Faults, from: string, to: string): boolean {
  if (faults.isQuiet) return false;
  if (faults.has('node_hang', from) || faults.has('node_hang', to)) return true;
  return faults
    .active(...ON_MESSAGES)
    .some((fault) => concerns(fault, from, to) || concerns(fault, to, from));
}

/** Whether nothing from one end reaches the other, for as long as the faults stay what they are. */
export function isSevered(faults: Faults, from: string, to: string): boolean {
  return faults.active('partition').some((fault) => concerns(fault, from, to) && fault.ratio >= 1);
}

const ON_MESSAGES: readonly FaultKind[] = [
  'partition',
  'rpc_request_drop',
  'rpc_response_drop',
  'rpc_request_delay',
  'rpc_response_delay',
  'auth_refuse',
  'acl_deny',
];

function isDropped(from: Endpoint, to: Endpoint): boolean {
  const negotiated = from.enableAuth && to.enableAuth;
  return !negotiated && to.enableAuth && to.setting('security.mandatory_auth');
}

/** What servers ask of each other is a function that does it. */
function call<R>(_to: Endpoint, handle: () => R): R {
  return handle();
}

/** Request, work and reply, each as the faults of the moment let it. A reply that is lost leaves the work done. */
function deliver<E extends Endpoint, Q, R>(
  caller: Endpoint | typeof CLIENT,
  to: E,
  request: Q,
  handle: (to: E, request: Q) => R,
  timeoutUs: number,
): Answer<R> {
  const { faults } = to.cluster.universe;
  if (faults.isQuiet) return { value: runOn(to, request, handle), latencyUs: 0 };
  const [from, far] = [caller === CLIENT ? CLIENT : endOf(caller), endOf(to)];
  if (from === far) return { value: runOn(to, request, handle), latencyUs: 0 };
  if (isRequestLost(faults, from, far)) throw new CallFailure('ERR_TIMEOUT');
  if (hitBetween(faults, 'acl_deny', from, far)) throw new CallFailure('ERR_ACL_DENY');
  const there = delay(faults, 'rpc_request_delay', from, far);
  const value = runOn(to, request, handle);
  const latencyUs = there + delay(faults, 'rpc_response_delay', from, far);
  if (isReplyLost(faults, from, far) || latencyUs > timeoutUs) throw new CallFailure('ERR_TIMEOUT');
  return { value, latencyUs };
}

function isRequestLost(faults: Faults, from: string, to: string): boolean {
  return (
    faults.has('node_hang', to) ||
    isCut(faults, from, to) ||
    hitBetween(faults, 'rpc_request_drop', from, to) ||
    hitBetween(faults, 'auth_refuse', from, to)
  );
}

function isReplyLost(faults: Faults, from: string, to: string): boolean {
  return isCut(faults, to, from) || hitBetween(faults, 'rpc_response_drop', from, to);
}

/** Whether a message in this direction meets a partition. */
function isCut(faults: Faults, from: string, to: string): boolean {
  return faults.active('partition').some((fault) => concerns(fault, from, to) && faults.isDrawn(fault));
}

function hitBetween(faults: Faults, kind: FaultKind, from: string, to: string): boolean {
  return faults.active(kind).some((fault) => concerns(fault, from, to) && faults.isDrawn(fault));
}

function delay(faults: Faults, kind: FaultKind, from: string, to: string): number {
  const hits = faults.active(kind).filter((fault) => concerns(fault, from, to) && faults.isDrawn(fault));
  return hits.reduce((sum, fault) => sum + faults.duration(fault), 0);
}

function concerns(fault: FaultRecord, from: string, to: string): boolean {
  if (isEnd(fault.from, from) && isEnd(fault.to, to)) return true;
  return !fault.one_way && isEnd(fault.from, to) && isEnd(fault.to, from);
}

/** What is done on a server, whose failed assertions take down that server and not the caller. */
function runOn<E extends Endpoint, Q, R>(to: E, request: Q, handle: (to: E, request: Q) => R): R {
  try {
    return handle(to, request);
  } catch (error) {
    to.cluster.universe.timeline.crash(to.cluster, to.node, error);
    throw new CallFailure('ERR_NETWORK_FAILURE');
  }
}
