/** Expiry of records, in seconds since 2016-01-01 UTC; 0 = never. */
import { EPOCH_BEGIN } from '../../idl/time.ts';

/** @param ttlSeconds 0 = never expires, less = has expired (`src/client_lib/pegasus_client_impl.cpp`) */
export function expiryAfter(ttlSeconds: number, nowMs: number): number {
  return ttlSeconds !== 0 ? Math.floor(nowMs / 1000) - EPOCH_BEGIN + ttlSeconds : 0;
}

/** Seconds left; 0 = never expires, undefined = expired. */
export function ttlUntil(expireTs: number, nowMs: number): number | undefined {
  if (expireTs <= 0) return 0;
  const left = expireTs + EPOCH_BEGIN - Math.floor(nowMs / 1000);
  return left > 0 ? left : undefined;
}

/** Milliseconds since 1970. */
export function expiryMs(expireTs: number): number {
  return (expireTs + EPOCH_BEGIN) * 1000;
}
