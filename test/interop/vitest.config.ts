import { defineConfig } from 'vitest/config';

/** Each drives a served workspace of its own from a process of another language, and mostly waits. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    env: { TZ: 'UTC', LC_ALL: 'C', NO_COLOR: '1' },
    globalSetup: 'test/support/build.ts',
    maxWorkers: 2,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
