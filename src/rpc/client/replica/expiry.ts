/** Expiry is counted in seconds from 2016-01-01 UTC; 0 = never. */
const EPOCH_BEGIN_SECONDS = 1_451_606_400;

/** @param ttlSeconds 0 or less = never expires */
export function expiryAfter(ttlSeconds: number, nowMs: number): number {
  return ttlSeconds > 0 ? Math.floor(nowMs / 1000) - EPOCH_BEGIN_SECONDS + ttlSeconds : 0;
}

/** Seconds left; 0 = never expires, undefined = expired. */
export function ttlUntil(expireTs: number, nowMs: number): number | undefined {
  if (expireTs <= 0) return 0;
  const left = expireTs + EPOCH_BEGIN_SECONDS - Math.floor(nowMs / 1000);
  return left > 0 ? left : undefined;
}

/** Milliseconds since 1970. */
export function expiryMs(expireTs: number): number {
  return (expireTs + EPOCH_BEGIN_SECONDS) * 1000;
}
