/**
 * Goal: whatever byte of a pool is flipped, verification tells of it, or it carries nothing. Method: containers of known
 * states, one byte flipped at a seeded place, the report against what reading the disks now gives.
 */

import { closeSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backup } from '../../../src/backup/backup.ts';
import { createReplicaPool } from '../../../src/backup/pool-on-disk.ts';
import { protect } from '../../../src/backup/protect.ts';
import { BlockChecker } from '../../../src/copy/block-checker.ts';
import { openImage } from '../../../src/image/image.ts';
import { PortableHostFiles } from '../../../src/io/portable-host-files.ts';
import { readBytes } from '../../../src/map/read-map.ts';
import { loadFingerprinter } from '../../../src/sidecar/fingerprint.ts';
import { listStateFiles } from '../../../src/verify/state-files.ts';
import { verify } from '../../../src/verify/verify.ts';
import { ContainerVerifier } from '../../../src/verify/verify-container.ts';
import { Random } from '../../support/random.ts';
import { mutate, sourceOf } from '../../support/replica-pool.ts';
import { BLOCK, type MadeContainer, makeContainer } from '../../support/state-pool.ts';
import { tempFolder } from '../../support/temp.ts';

const SIZE = 2 ** 21;
/** A night's worth is asked for with ROUNDS. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 6);

function flip(path: string, offset: number): void {
  const fd = openSync(path, 'r+');
  const byte = new Uint8Array(1);
  readSync(fd, byte, 0, 1, offset);
  byte[0]! ^= 1 << (offset % 8);
  writeSync(fd, byte, 0, 1, offset);
  closeSync(fd);
}

/** What each state reads as now; null where it cannot be read. */
async function contentsOf({ states }: MadeContainer): Promise<(Uint8Array | null)[]> {
  const contents: (Uint8Array | null)[] = [];
  for (const { path } of states) {
    try {
      await using image = await openImage(path);
      contents.push(readBytes(image.disk, 0, image.disk.size));
    } catch {
      contents.push(null); // the report has to say why
    }
  }
  return contents;
}

function badBlocks(expected: Uint8Array, found: Uint8Array): number[] {
  const blocks: number[] = [];
  for (let start = 0; start < expected.length; start += BLOCK) {
    if (Buffer.compare(expected.subarray(start, start + BLOCK), found.subarray(start, start + BLOCK)) !== 0)
      blocks.push(start);
  }
  return blocks;
}

describe.each(['chain', 'copies'] as const)('states as %s', (mode) => {
  it('are verified whole, and blocks that states share are read once', async () => {
    const random = new Random();
    const made = await makeContainer(tempFolder(), random, { mode, states: 5, size: SIZE });
    const { totals, containers } = await verify(made.pool, { threads: 1 });
    expect(containers[0]!.states.map(({ payload }) => payload)).toEqual(Array(5).fill('verified'));
    expect(totals).toMatchObject({ states: 5, verified: 5, damagedBlocks: 0, errors: 0 });
    const [first, ...later] = containers[0]!.states;
    expect(first!.bytesRead).toBeGreaterThan(SIZE / 2);
    if (mode === 'chain') for (const state of later) expect(state.bytesRead).toBeLessThan(SIZE / 2);
    const roots = new Set(containers[0]!.states.map(({ root }) => root));
    const distinct = new Set(made.states.map(({ contents }) => Buffer.from(contents).toString('base64')));
    expect(roots.size).toBe(distinct.size);
  });

  it('tell of any flipped byte that changes what a state reads as: state and block', async () => {
    const random = new Random();
    for (let round = 0; round < ROUNDS; round++) {
      const made = await makeContainer(tempFolder(), random, { mode, states: 4, size: SIZE });
      const { path } = random.pick(made.states);
      const offset = random.below(statSync(path).size);
      flip(path, offset);
      const report = await verify(made.pool, { threads: 1 });
      const found = await contentsOf(made);
      const { damage, states } = report.containers[0]!;
      for (const [index, state] of made.states.entries()) {
        const what = `seed ${random.seed}, round ${round}, ${path} at ${offset}, state ${index}`;
        const told = damage.blocks.filter(({ points }) => points.includes(state.id)).map((block) => block.offset);
        const wrong = found[index] === null ? null : badBlocks(state.contents, found[index]!);
        const verdict = states[index]!.payload;
        if (wrong === null) expect(verdict, what).toBe('unreadable');
        else
          expect(
            told.sort((a, b) => a - b),
            what,
          ).toEqual(wrong);
        if (wrong !== null) expect(verdict, what).toBe(wrong.length === 0 ? 'verified' : 'damaged');
      }
    }
  });

  it('tell of a byte flipped in a sidecar', async () => {
    const random = new Random();
    for (let round = 0; round < 6; round++) {
      const made = await makeContainer(tempFolder(), random, { mode, states: 3, size: SIZE });
      const { guid, id } = random.pick(made.states);
      const path = join(made.container, '.pitvault', `${guid}.state`);
      flip(path, random.below(statSync(path).size));
      const { totals, containers } = await verify(made.pool, { threads: 1 });
      const state = containers[0]!.states.find((one) => one.id === id)!;
      const what = `seed ${random.seed}, round ${round}`;
      expect(state.payload, what).not.toBe('verified');
      expect(totals.errors, what).toBeGreaterThan(0);
      expect(totals.verified, what).toBe(2);
    }
  });

  it('can be sealed; a seal tells of what the fingerprints are made to hide', async () => {
    const random = new Random();
    const made = await makeContainer(tempFolder(), random, { mode, states: 3, size: SIZE });
    const report = await verify(made.pool, { threads: 1, seal: true });
    const seals = report.containers[0]!.states.map(({ seal }) => seal!.sha256);
    const distinct = new Set(made.states.map(({ contents }) => Buffer.from(contents).toString('base64')));
    expect(new Set(seals).size).toBe(distinct.size);
    const again = await makeContainer(tempFolder(), new Random(random.seed), { mode: 'copies', states: 3, size: SIZE });
    const other = await verify(again.states[2]!.path, { threads: 1, seal: true });
    expect(other.containers[0]!.states[0]!.seal!.sha256).toBe(seals[2]); // alone or in a row, copied or as a child
  });

  it('are verified one by one', async () => {
    const random = new Random();
    const made = await makeContainer(tempFolder(), random, { mode, states: 4, size: SIZE });
    const { containers, totals } = await verify(made.states[2]!.path, { threads: 1 });
    expect(totals).toMatchObject({ states: 1, verified: 1, errors: 0 });
    expect(containers[0]!.states[0]!.id).toBe(made.states[2]!.id);
  });
});

it('states that shrink and grow are counted by the bytes they have', async () => {
  const random = new Random();
  const host = new PortableHostFiles('none in this test');
  const pool = createReplicaPool(join(tempFolder(), 'pool'), 'dpm01.contoso.com', host);
  const sizes = [900_096, 1_750_016, 500_224, 2_500_096, 900_096];
  for (const [index, size] of sizes.entries()) {
    const source = sourceOf(random.bytes(size));
    if (index === 0) await protect(pool, source, { name: 'd', mode: 'chain' });
    else await backup(pool, 'd', source, { shrink: true });
  }
  const { containers, totals } = await verify(pool.path, { threads: 1 });
  const { states } = containers[0]!;
  expect(totals).toMatchObject({ verified: sizes.length, damagedBlocks: 0 });
  for (const [index, { bytesRead }] of states.entries()) expect(bytesRead).toBe(sizes[index]);
});

it.each(['chain', 'copies'] as const)('a backup that comes meanwhile is no damage (%s)', async (mode) => {
  const random = new Random(3);
  const pool = createReplicaPool(join(tempFolder(), 'pool'), 'dpm01.contoso.com');
  const bytes = random.bytes(300 * 1024);
  const next = () => sourceOf(mutate(bytes, random, 3));
  await protect(pool, sourceOf(bytes), { name: 'd', mode: 'chain', depthMax: mode === 'chain' ? 64 : 1, threads: 1 });
  for (let i = 0; i < 2; i++) await backup(pool, 'd', next(), { threads: 1 });
  const { container } = pool.find('d');
  const listed = listStateFiles(pool.store, container.path);
  for (let i = 0; i < 2; i++) await backup(pool, 'd', next(), { threads: 1 });
  const { states, damage } = await new ContainerVerifier(container.path, listed, {
    store: pool.store,
    host: new PortableHostFiles('none in this test'),
    fingerprint: await loadFingerprinter(),
    checker: new BlockChecker({ threads: 1 }),
  }).run();
  expect(damage.blocks).toEqual([]);
  expect(states.map(({ payload, id }) => [payload, id])).toEqual(
    container
      .states()
      .slice(0, 3)
      .map(({ id }) => ['verified', id]),
  );
  expect(states.at(-1)!.findings).toEqual([expect.objectContaining({ severity: 'info', code: 'VERIFY_NEWER' })]);
});
