import { defineConfig } from 'vitest/config';

/** One at a time: each drives a served workspace from a process of another language. */
export default defineConfig({
  test: {
    include: ['test/interop/**/*.test.ts'],
    env: { TZ: 'UTC', LC_ALL: 'C', NO_COLOR: '1' },
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
