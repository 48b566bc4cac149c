import type { Cluster } from './cluster.ts';
import type { EffectiveKey, SettingValue } from './settings.ts';

/** A call between two simulated servers that brought no answer, with the code that the caller sees. */
export class CallFailure extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
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

/**
 * A call from one server to another: done at once, or refused.
 *
 * A session is negotiated only where both processes have `security.enable_auth`. One that demands it
 * (`security.mandatory_auth`) drops what comes over a session that is not, so that the caller waits for nothing;
 * a connection once refused that way stays deaf until either end restarts, though its requests are executed again as
 * soon as authentication is not demanded any more (duplication.md 2.8).
 *
 * @throws CallFailure ERR_NETWORK_FAILURE where nothing listens; ERR_TIMEOUT where no reply comes
 */
export function callServer<R>(from: Endpoint, to: Endpoint | undefined, handle: () => R): R {
  if (to === undefined) throw new CallFailure('ERR_NETWORK_FAILURE');
  if (from.cluster === to.cluster) return runOn(to, handle);
  const connection = `${to.cluster.name}/${to.node}@${to.startedUs}`;
  if (isDropped(from, to)) {
    if (!from.deaf.includes(connection)) from.markDeaf(connection);
    throw new CallFailure('ERR_TIMEOUT');
  }
  const reply = runOn(to, handle);
  if (from.deaf.includes(connection)) throw new CallFailure('ERR_TIMEOUT');
  return reply;
}

function isDropped(from: Endpoint, to: Endpoint): boolean {
  const negotiated = from.enableAuth && to.enableAuth;
  return !negotiated && to.enableAuth && to.setting('security.mandatory_auth');
}

/** What is done on a server, whose failed assertions take down that server and not the caller. */
function runOn<R>(to: Endpoint, handle: () => R): R {
  const outcome = to.cluster.universe.guard(to.cluster, to.node, handle);
  if (outcome.crashed) throw new CallFailure('ERR_NETWORK_FAILURE');
  return outcome.value;
}
