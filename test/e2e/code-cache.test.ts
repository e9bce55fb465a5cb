/**
 * Goal: V8 takes the code cache beside the bundle; under other flags than those that made it, it would refuse it, and all
 * would work, only later. Method: the built command, with the constructor of scripts listened to.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';

const LISTENER = `const vm = require('node:vm');
const counts = { taken: 0, refused: 0 };
vm.Script = class extends vm.Script {
  constructor(text, options) {
    super(text, options);
    if (options?.cachedData !== undefined) counts[this.cachedDataRejected ? 'refused' : 'taken']++;
  }
};
process.on('exit', () => require('node:fs').writeFileSync(process.env.COUNTS, JSON.stringify(counts)));
`;

/** The suite is also run by other versions of Node on the same build: their engines are not offered it at all. */
const isOwn = readFileSync('dist/cli/chunk-core.js.compiled').includes(process.versions.v8);

const POOL = 'fixtures/sample-pool.zip';
const IMAGE = `${POOL}::dpm01.contoso.com/${'3e1c0a52-6f5d-4c39-9d0b-2f8a7b6c5d41/'.repeat(2)}disk0.vhdx`;

it.each([
  ['--version'],
  ['scan', POOL],
  ['recover', POOL, '--datasource', 'dpmdb', '--out', 'OUT'],
  ['diff', IMAGE, IMAGE],
])('%s starts from it, in the engine that made it', (...words) => {
  const folder = tempFolder();
  const [listener, counts] = [join(folder, 'listener.cjs'), join(folder, 'counts.json')];
  writeFileSync(listener, LISTENER);
  const env = { ...process.env, COUNTS: counts };
  execFileSync(
    process.execPath,
    ['--require', listener, 'dist/cli/main.js', ...words.map((word) => (word === 'OUT' ? join(folder, 'out') : word))],
    { env },
  );
  const { taken, refused } = JSON.parse(readFileSync(counts, 'utf8'));
  expect(refused).toBe(0);
  expect(taken > 0).toBe(isOwn);
});
