import { EPOCH_BEGIN } from '../../../rpc/idl/time.ts';

/** Pegasus time of a Unix time, both in seconds. */
export function epochSeconds(unixSeconds: number): number {
  return unixSeconds - EPOCH_BEGIN;
}

/**
 * Whether a record is gone for readers; 0 never expires.
 *
 * @param expire Pegasus time, in seconds
 * @param now Pegasus time, in seconds
 */
export function isExpired(expire: number, now: number): boolean {
  return expire > 0 && expire <= now;
}

/** Seconds that a record has left; -1 = for ever. It must not have expired. */
export function ttlSeconds(expire: number, now: number): number {
  return expire === 0 ? -1 : expire - now;
}

/** Seconds that a table gives to records written without an expiry time (env `default_ttl`); 0 = none. */
export function defaultTtlOf(env: string): number {
  const seconds = Number(env);
  return Number.isSafeInteger(seconds) && seconds > 0 ? seconds : 0;
}
