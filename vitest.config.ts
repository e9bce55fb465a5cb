import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** The folder in which a whole run keeps what is temporary; it goes with the run, whatever its tests and their killed children leave. */
process.env['PITVAULT_TEST_RUN'] ??= makeRunFolder(); // this file is loaded once a project

function makeRunFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pv-')); // short: paths of sockets end at 104 characters
  mkdirSync(join(folder, 'cache'));
  chmodSync(folder, 0o755); // some tests run programs as another user
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = folder;
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * `fast` runs on any machine; `oracle` needs the tools that `.ci/run` installs; `long` (crash suites in full, thousands of random
 * sequences, kill loops) takes an hour and is run before a release.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // Of those who run the tests, nothing is touched.
    env: {
      XDG_CACHE_HOME: join(process.env['PITVAULT_TEST_RUN'], 'cache'),
      XDG_STATE_HOME: join(process.env['PITVAULT_TEST_RUN'], 'state'),
    },
    testTimeout: 300_000, // a guard against hanging, not a measurement: machines are busy
    hookTimeout: 300_000,
    projects: [
      {
        extends: true,
        test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: ['test/oracle/**', 'test/long/**'] },
      },
      {
        extends: true,
        test: { name: 'oracle', include: ['test/oracle/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 600_000 },
      },
      {
        extends: true,
        test: { name: 'long', include: ['test/long/**/*.test.ts'], testTimeout: 3_600_000, hookTimeout: 600_000 },
      },
    ],
  },
});
