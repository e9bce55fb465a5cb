/**
 * Goal: many points of a disk of 4 GiB live through listing, opening, comparing, counting, pruning and verifying, on a
 * file system with clones and on one without. Method: bench/points.mjs, which checks every step against the source, with
 * few states; `node bench/points.mjs FOLDER` runs all 512.
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { run, title, without } from '../support/tools.ts';

const SCRIPT = join(import.meta.dirname, '../../bench/points.mjs');
const STATES = Number(process.env['STATES'] ?? 16);

describe.each([
  ['ext4', 'mkfs.ext4', ['-q'], 'chain'],
  ['xfs', 'mkfs.xfs', ['-q'], 'clone'],
] as const)('points on %s', (kind, make, options, mode) => {
  const tools = [make, 'mount', 'umount'];
  it.skipIf(without(...tools))(title('are made, listed, opened, compared, pruned, verified', ...tools), () => {
    const folder = tempFolder();
    const mount = join(folder, 'mnt');
    mkdirSync(mount);
    writeFileSync(join(folder, 'disk'), '');
    truncateSync(join(folder, 'disk'), 8 * 2 ** 30);
    run(make, ...options, join(folder, 'disk'));
    run('mount', '-t', kind, '-o', 'loop', join(folder, 'disk'), mount);
    onTestFinished(() => void run('umount', mount), 60_000);
    const args = [SCRIPT, mount, '--states', String(STATES), '--keep', '5', '--base', '32M'];
    const report = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    console.log(kind, report);
    expect(report).toMatchObject({ mode, fileSystem: kind, prune: { removed: STATES - 6 } });
  });
});
