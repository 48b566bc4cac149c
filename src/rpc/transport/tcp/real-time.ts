/** The time that waits take: a test has another one. */
export interface RealTime {
  sleep(ms: number): Promise<void>;
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

export const REAL_TIME: RealTime = {
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  now: () => Date.now(),
};
