/**
 * Goal: what `npm pack` makes is what embedders need. Method: pack, install into two small projects (ESM and CommonJS),
 * compile and run them on the sample pool; publint and attw judge the package; the fast tests run on newer Nodes.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { passesFastTests } from '../support/other-node.ts';
import { tempFolder } from '../support/temp.ts';

const ROOT = join(import.meta.dirname, '../..');
const POOL = join(ROOT, 'fixtures/sample-pool.zip');
let tarball: string;
let packed: string;

function run(command: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): string {
  return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

beforeAll(() => {
  packed = execFileSync('mktemp', ['-d'], { encoding: 'utf8' }).trim();
  run('npm', ['pack', '--ignore-scripts', '--pack-destination', packed], ROOT);
  tarball = join(packed, readdirSync(packed).find((name) => name.endsWith('.tgz'))!);
});

describe.each(['esm', 'require'])('an embedder using %s', (kind) => {
  it('installs, compiles and runs', () => {
    const folder = tempFolder();
    cpSync(join(ROOT, 'test/examples', kind), folder, { recursive: true });
    run(
      'npm',
      ['install', '--ignore-scripts', '--no-save', tarball, '@types/node@20.19.43', 'typescript@6.0.3'],
      folder,
    );
    run('npx', ['tsc', '-p', '.'], folder);
    mkdirSync(join(folder, 'target'));
    const output = run(process.execPath, [join(folder, 'out/index.js'), POOL, join(folder, 'target')], folder);
    if (kind === 'require') expect(output).toMatch(/checkpoint file/);
    else
      expect(output).toMatch(
        /recovered .*\.mdf [0-9a-f]{64}[\s\S]*kept 4 points 3\nchanged true 0\n[\s\S]*streamed true/,
      );
  });
});

it('holds only what embedders need, and passes publint and attw', () => {
  const files = run('tar', ['-tzf', tarball], packed).trim().split('\n');
  expect(
    files.filter((file) => !/^package\/(dist\/|README|ARCHITECTURE|CHANGELOG|LICENSE|package\.json)/.test(file)),
  ).toEqual([]);
  run('npx', ['publint', '--strict', tarball], ROOT);
  run('npx', ['attw', tarball, '--profile', 'esm-only'], ROOT);
});

it('the lock file names no registry', () => {
  expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": *"https?:/);
});

it('all fast tests pass on Node 24', () => passesFastTests('24'));

it('on Node 22 those pass that start the built command, threads and shims; the others are in long/node-22', () =>
  passesFastTests('22', 'test/e2e', 'test/unit/shims', 'test/unit/copy', 'test/unit/io', 'test/unit/verify'));
