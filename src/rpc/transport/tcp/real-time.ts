/** The time that waits take: a test has another one. */
export interface RealTime {
  sleep(ms: number): Promise<void>;
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Whether it goes on while nobody sleeps. */
  readonly runsByItself: boolean;
}

export const REAL_TIME: RealTime = {
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  now: () => Date.now(),
  runsByItself: true,
};
