/**
 * Goal: of two copies of one state the right one is read, and whoever reads it knows of the other; a state whose time cannot
 * be known is not passed over in silence. Method: the sample pool and an altered copy of it, as two roots.
 */

import { copyFileSync, cpSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPool } from '../../../src/pool/scan-pool.ts';
import { recover } from '../../../src/recovery/recover.ts';
import { removeFolder, truth, unpackSamplePool } from '../../support/sample-pool.ts';
import { tempFolder } from '../../support/temp.ts';

const { server, replicaId } = truth.dpmdb;
const states = truth.containers.find((container) => container.replicaId === replicaId)!.states;
const ids = states.filter(({ kind }) => kind === 'point').map(({ path }) => path.split('/').at(-2)!);
const files = ['**/*.mdf'];

let pool: string;
beforeAll(async () => {
  pool = await unpackSamplePool();
});
afterAll(() => removeFolder(pool));

const diskOf = (root: string, id: string): string => join(root, server, replicaId, id, 'disk0.vhdx');

/** The container of DPMDB once more, in a root of its own. */
function copyOfPool(): string {
  const root = tempFolder();
  mkdirSync(join(root, server));
  cpSync(join(pool, server, replicaId), join(root, server, replicaId), { recursive: true });
  return root;
}

function spoil(path: string): void {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(0xee, 0, 2 ** 20));
}

it('of two live replicas the one that was captured later is read, whatever the times of their files', async () => {
  const older = copyOfPool();
  copyFileSync(diskOf(older, ids[0]!), diskOf(older, replicaId));
  utimesSync(diskOf(older, replicaId), new Date('2039-01-01'), new Date('2039-01-01'));
  for (const roots of [
    [pool, older],
    [older, pool],
  ]) {
    await using both = await openPool(roots);
    const report = await recover(both, { replica: replicaId, files, out: tempFolder(), threads: 1 });
    expect(report.source.image).toBe(diskOf(pool, replicaId));
    expect(report.warnings).toEqual([expect.stringMatching(/^the live replica exists twice; read is/)]);
    const container = both.select({ replica: replicaId })[0]!;
    const told = container.findings.filter(({ code }) => code === 'POOL_DUPLICATE_POINT');
    expect(told).toHaveLength(1 + ids.length);
  }
});

it('a live replica that cannot be read gives way to its copy', async () => {
  const broken = copyOfPool();
  spoil(diskOf(broken, replicaId));
  await using both = await openPool([broken, pool]);
  const report = await recover(both, { replica: replicaId, files, out: tempFolder(), threads: 1 });
  expect(report.source.image).toBe(diskOf(pool, replicaId));
});

it('a recovery point that cannot be read names its copy', async () => {
  const broken = copyOfPool();
  spoil(diskOf(broken, ids[0]!));
  await using both = await openPool([broken, pool]);
  const recovering = recover(both, { replica: replicaId, point: ids[0]!, files, out: tempFolder(), threads: 1 });
  await expect(recovering).rejects.toMatchObject({ hint: expect.stringContaining(join(pool, server, replicaId)) });
});

it('a state whose disk could not be asked for its time is not passed over in silence', async () => {
  const broken = copyOfPool();
  spoil(diskOf(broken, ids[1]!));
  await using opened = await openPool(broken);
  const at = new Date('2024-07-28T12:00:00Z');
  const report = await recover(opened, { replica: replicaId, at, files, out: tempFolder(), threads: 1 });
  expect(report.source.pointId).toBe(ids[0]);
  expect(report.warnings).toEqual([expect.stringContaining(ids[1]!)]);
});
