/** Milliseconds of any origin. `performance.now()` tells the same after loading a part of Node.js that nobody else needs. */
export function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1_000_000;
}
