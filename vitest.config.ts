import { defineConfig } from 'vitest/config';

/** `fast` runs on any machine; `full` needs the oracle tools that `.ci/run` installs. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 300_000, // a guard against hanging, not a measurement: machines are busy
    hookTimeout: 300_000,
    projects: [
      { extends: true, test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: ['test/oracle/**'] } },
      {
        extends: true,
        test: { name: 'full', include: ['test/oracle/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 600_000 },
      },
    ],
  },
});
