/**
 * Goal: damage is repaired from wherever good bytes are, is told of with the files it hits, and nothing else changes.
 * Method: two pools of one history on disk, bytes flipped in one of them.
 */

import {
  closeSync,
  cpSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backup } from '../../../src/backup/backup.ts';
import { createReplicaPool } from '../../../src/backup/pool-on-disk.ts';
import { protect } from '../../../src/backup/protect.ts';
import type { ReplicaPool } from '../../../src/replica/replica-pool.ts';
import { loadFingerprinter } from '../../../src/sidecar/fingerprint.ts';
import { openSidecar, sidecarPath } from '../../../src/sidecar/sidecar-files.ts';
import { SidecarWriter } from '../../../src/sidecar/sidecar-writer.ts';
import { keepSeals, repairReported } from '../../../src/verify/mend.ts';
import { verify } from '../../../src/verify/verify.ts';
import { NtfsBuilder, nonResident } from '../../support/ntfs-builder.ts';
import { Random } from '../../support/random.ts';
import { bytesOf, mutate, sourceOf } from '../../support/replica-pool.ts';
import { tempFolder } from '../../support/temp.ts';

const SIZE = 2 ** 21;
const BLOCK = 65_536;

type Kept = { readonly pool: ReplicaPool; readonly contents: readonly Uint8Array[] };

async function keep(folder: string, contents: readonly Uint8Array[]): Promise<Kept> {
  const pool = createReplicaPool(folder, 'dpm01.contoso.com');
  for (const [i, bytes] of contents.entries()) {
    if (i === 0) await protect(pool, sourceOf(bytes), { name: 'vm', mode: 'chain', threads: 1 });
    else await backup(pool, 'vm', sourceOf(bytes), { threads: 1 });
  }
  return { pool, contents };
}

function history(random: Random, states: number, first = random.bytes(SIZE)): Uint8Array[] {
  const contents = [first];
  while (contents.length < states) contents.push(mutate(contents.at(-1)!, random, 4));
  return contents;
}

/** Flips a byte of payload: of what a state's own file stores for the guest. */
function flipPayload({ pool }: Kept, index: number, random: Random): void {
  const state = pool.find('vm').container.states()[index]!;
  const size = statSync(state.path).size;
  const fd = openSync(state.path, 'r+');
  const byte = new Uint8Array(1);
  for (;;) {
    const offset = 4 * 2 ** 20 + random.below(size - 4 * 2 ** 20);
    readSync(fd, byte, 0, 1, offset);
    if (byte[0] === 0) continue;
    byte[0]! ^= 0x10;
    writeSync(fd, byte, 0, 1, offset);
    break;
  }
  closeSync(fd);
}

function expectContents({ pool, contents }: Kept): void {
  const { container } = pool.find('vm');
  for (const [i, state] of container.states().entries())
    expect(Buffer.compare(bytesOf(container, state), contents[i]!), `state ${i}`).toBe(0);
}

describe('repair', () => {
  it('takes good blocks from another pool, whichever state is hit', async () => {
    const random = new Random();
    const folder = tempFolder();
    const contents = history(random, 4);
    const kept = await keep(join(folder, 'pool'), contents);
    cpSync(join(folder, 'pool'), join(folder, 'copy'), { recursive: true });
    for (let round = 0; round < 8; round++) {
      const what = `seed ${random.seed}, round ${round}`;
      flipPayload(kept, random.below(4), random);
      const report = await verify(kept.pool.path, { threads: 1 });
      if (report.totals.damagedBlocks === 0) continue; // the byte belonged to no state
      const { repaired, left } = await repairReported(kept.pool, report, join(folder, 'copy'));
      expect(left, what).toEqual([]);
      expect(repaired.length, what).toBeGreaterThan(0);
      expect(repaired[0]!.overwritten[0], what).toMatchObject({
        length: 512,
        was: expect.stringMatching(/^[0-9a-f]+$/),
      });
      const after = await verify(kept.pool.path, { threads: 1 });
      expect(after.totals, what).toMatchObject({ verified: 4, damagedBlocks: 0 });
      expectContents(kept);
    }
  });

  it('of a block that a later state has in part is that of the later state too', async () => {
    const folder = tempFolder();
    const first = new Random(1).bytes(SIZE);
    const kept = await keep(join(folder, 'pool'), [first, first.slice().fill(7, BLOCK, BLOCK + 4096)]);
    const raw = join(folder, 'copy.raw');
    writeFileSync(raw, first);
    const at = BLOCK + 8192;
    const fd = openSync(kept.pool.find('vm').container.states()[0]!.path, 'r+');
    writeSync(fd, new Uint8Array(512), 0, 512, 4 * 2 ** 20 + at);
    closeSync(fd);
    const report = await verify(kept.pool.path, { threads: 1 });
    expect(report.totals.damagedBlocks).toBe(2);
    const { repaired, left } = await repairReported(kept.pool, report, raw);
    expect([repaired.length, left]).toEqual([1, []]);
    expect((await verify(kept.pool.path, { threads: 1 })).totals).toMatchObject({ verified: 2, damagedBlocks: 0 });
  });

  it('takes them from an image, and from another point of the same pool', async () => {
    const random = new Random();
    const folder = tempFolder();
    const first = random.bytes(SIZE);
    const second = first.slice().fill(7, 65_536, 131_072);
    const kept = await keep(join(folder, 'pool'), [first, second, first]); // the third has what the first had
    const raw = join(folder, 'copy.raw');
    writeFileSync(raw, first);
    for (const other of [raw, kept.pool.path]) {
      const state = kept.pool.find('vm').container.states()[0]!;
      const fd = openSync(state.path, 'r+');
      writeSync(
        fd,
        first.subarray(65_536, 65_536 + 512).map((byte) => byte ^ 1),
        0,
        512,
        4 * 2 ** 20 + 65_536,
      );
      closeSync(fd);
      const report = await verify(kept.pool.path, { threads: 1 });
      expect(report.containers[0]!.damage.blocks).toMatchObject([{ offset: 65_536, points: [state.id] }]);
      const { repaired, left } = await repairReported(kept.pool, report, other);
      expect(left).toEqual([]);
      expect(repaired).toHaveLength(1);
      expectContents(kept);
    }
  });

  it('mends a block that the BAT has lost, through the log', async () => {
    const random = new Random();
    const folder = tempFolder();
    const kept = await keep(join(folder, 'pool'), history(random, 2));
    cpSync(join(folder, 'pool'), join(folder, 'copy'), { recursive: true });
    const { path } = kept.pool.find('vm').container.states()[0]!;
    const fd = openSync(path, 'r+');
    writeSync(fd, new Uint8Array(8), 0, 8, 3 * 2 ** 20); // the first entry
    closeSync(fd);
    const report = await verify(kept.pool.path, { threads: 1 });
    expect(report.totals.damagedBlocks).toBeGreaterThan(0);
    const { left } = await repairReported(kept.pool, report, join(folder, 'copy'));
    expect(left).toEqual([]);
    expectContents(kept);
    expect((await verify(kept.pool.path, { threads: 1 })).totals).toMatchObject({
      verified: 2,
      damagedBlocks: 0,
      errors: 0,
    });
  });

  it('tells what it has no good copy of, and leaves it as it is', async () => {
    const random = new Random();
    const folder = tempFolder();
    const kept = await keep(join(folder, 'pool'), [random.bytes(SIZE)]);
    const other = await keep(join(folder, 'other'), [random.bytes(SIZE)]);
    flipPayload(kept, 0, random);
    const { path } = kept.pool.find('vm').container.states()[0]!;
    const before = readFileSync(path);
    const report = await verify(kept.pool.path, { threads: 1 });
    const { repaired, left } = await repairReported(kept.pool, report, other.pool.path);
    expect(repaired).toEqual([]);
    expect(left.map(({ error }) => error.code)).toEqual(['REPAIR_NO_SOURCE']);
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

it('what cannot be locked is told beside the report of it, with each block and for each replica', async () => {
  const random = new Random(4);
  const folder = tempFolder();
  const kept = await keep(join(folder, 'pool'), [random.bytes(SIZE)]);
  await protect(kept.pool, sourceOf(random.bytes(SIZE)), { name: 'other', mode: 'chain', threads: 1 });
  cpSync(join(folder, 'pool'), join(folder, 'copy'), { recursive: true });
  const sealed = await verify(kept.pool.path, { threads: 1, seal: true });
  flipPayload(kept, 0, random);
  const report = await verify(kept.pool.path, { threads: 1 });
  expect(report.totals.damagedBlocks).toBe(1);
  {
    using _held = kept.pool.lock(kept.pool.find('vm'));
    const { repaired, left } = await repairReported(kept.pool, report, join(folder, 'copy'));
    expect([repaired, left.map(({ error }) => error.code)]).toEqual([[], ['LOCK_HELD']]);
    expect(keepSeals(kept.pool, sealed)).toMatchObject([{ kind: 'conflict', code: 'LOCK_HELD' }]);
  }
  expect((await repairReported(kept.pool, report, join(folder, 'copy'))).left).toEqual([]);
  const again = await verify(kept.pool.path, { threads: 1, seal: true });
  const seals = again.containers.flatMap(({ states }) => states.map(({ seal }) => seal!.state)).sort();
  expect(seals).toEqual(['holds', 'made']); // that of the other replica was kept
});

describe('damage', () => {
  it('names the files it hits', async () => {
    const random = new Random();
    const builder = new NtfsBuilder({ clusters: 255 });
    const lcn = builder.store(random.bytes(4096 * 40));
    builder.add({ name: 'payroll.mdf', attributes: [nonResident(0x80, 4096, { runs: [[lcn, 40]] })] });
    const volume = new Uint8Array(2 ** 20);
    volume.set(builder.build());
    const kept = await keep(join(tempFolder(), 'pool'), [volume]);
    const { path } = kept.pool.find('vm').container.states()[0]!;
    const fd = openSync(path, 'r+');
    writeSync(fd, new Uint8Array(16), 0, 16, 4 * 2 ** 20 + (lcn + 20) * 4096);
    closeSync(fd);
    const { containers } = await verify(kept.pool.path, { threads: 1 });
    const { files, blocks } = containers[0]!.damage;
    expect(blocks).toHaveLength(1);
    expect(files[0]!.hits).toContainEqual({ volume: 1, path: '/payroll.mdf', part: 'content' });
  });
});

describe('seals', () => {
  it('are kept beside their states, hold, and break when bytes and fingerprints are changed together', async () => {
    const random = new Random();
    const folder = tempFolder();
    const one = random.bytes(SIZE);
    const two = one.slice().fill(9, 4 * BLOCK, 5 * BLOCK);
    const kept = await keep(join(folder, 'pool'), [one, two, mutate(two, random, 3)]);
    const first = await verify(kept.pool.path, { threads: 1, seal: true });
    keepSeals(kept.pool, first);
    const second = await verify(kept.pool.path, { threads: 1, seal: true });
    const states = second.containers[0]!.states;
    expect(states.map(({ seal }) => seal!.state)).toEqual(['holds', 'holds', 'holds']);
    expect(states.map(({ seal }) => seal!.sha256)).toEqual(first.containers[0]!.states.map(({ seal }) => seal!.sha256));
    expectContents(kept);
    await forge(kept);
    const third = (await verify(kept.pool.path, { threads: 1, seal: true })).containers[0]!.states;
    expect(third.map(({ payload }) => payload)).toEqual(['verified', 'verified', 'verified']);
    expect(third.map(({ seal }) => seal!.state)).toEqual(['broken', 'holds', 'holds']);
  });
});

/** Changes a byte of the first state that the later ones have overwritten, and its fingerprint with it. */
async function forge({ pool, contents }: Kept): Promise<void> {
  const { container } = pool.find('vm');
  const [state, next] = container.states();
  const fingerprint = await loadFingerprinter();
  using changed = openSidecar(container.store, container.path, next!.guid!, fingerprint);
  const { offset } = [...changed.changes().ranges()].find(({ length }) => length % BLOCK === 0)!;
  const forged = contents[0]!.slice(offset, offset + BLOCK);
  forged[0]! ^= 1;
  const fd = openSync(state!.path, 'r+');
  writeSync(fd, forged, 0, 1, 4 * 2 ** 20 + offset);
  closeSync(fd);
  const path = sidecarPath(container.path, state!.guid!);
  using old = openSidecar(container.store, container.path, state!.guid!, fingerprint);
  const file = container.store.open(path);
  const make = () => ({ file: container.store.create(`${path}.forged`), isClone: false });
  const writer = new SidecarWriter(make, old.facts, fingerprint, { sidecar: old, file });
  const target = new Uint8Array(16);
  fingerprint(forged, target, 0);
  writer.set(offset / BLOCK, target, 0);
  writer.finish(old.changes(), old.seal()!);
  file.close();
  renameSync(`${path}.forged`, path);
}
