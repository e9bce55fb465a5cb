/**
 * Goal: a disk that outgrows 4 TiB, where the blocks of fingerprints become larger, misses no change. Method: a source of
 * three islands in zeros, on real files, which are sparse.
 */

import { join } from 'node:path';
import { expect, it } from 'vitest';
import { backup } from '../../../src/backup/backup.ts';
import { createReplicaPool } from '../../../src/backup/pool-on-disk.ts';
import { protect } from '../../../src/backup/protect.ts';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import type { AddressMap, ExtentSink } from '../../../src/map/address-map.ts';
import { ChangeMap } from '../../../src/sidecar/change-map.ts';
import { verify } from '../../../src/verify/verify.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const TIB = MIB * MIB;

/** Zeros, but for these files at these places, ascending. */
class Islands implements AddressMap {
  readonly size: number;
  readonly #files: readonly (readonly [at: number, file: MemoryFile])[];

  constructor(size: number, files: readonly (readonly [at: number, file: MemoryFile])[]) {
    this.size = size;
    this.#files = files;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    let from = offset;
    for (const [place, file] of this.#files) {
      const start = Math.max(from, place);
      const end = Math.min(offset + length, place + file.size);
      if (end <= start) continue;
      if (start > from) sink.zero(at + from - offset, start - from);
      sink.data(at + start - offset, end - start, file, start - place);
      from = end;
    }
    if (from < offset + length) sink.zero(at + from - offset, offset + length - from);
  }
}

it.each([undefined, ChangeMap.of([{ offset: 0, length: 4 * KIB }])])('grows beyond 4 TiB, list %#', async (changes) => {
  const random = new Random(1);
  const pool = createReplicaPool(join(tempFolder(), 'pool'), 'dpm01.contoso.com');
  const [first, second, third] = [1, 2, 3].map(() => random.bytes(256 * KIB)) as [Uint8Array, Uint8Array, Uint8Array];
  const before = new Islands(4 * TIB, [
    [0, new MemoryFile(first)],
    [500 * MIB, new MemoryFile(second)],
    [3 * TIB, new MemoryFile(third)],
  ]);
  await protect(pool, { name: 'before', disk: before }, { name: 'vm', mode: 'chain', threads: 1 });
  const changed = first.slice();
  changed[1000]! ^= 1;
  const after = new Islands(4 * TIB + MIB, [
    [0, new MemoryFile(changed)],
    [500 * MIB + 128 * KIB, new MemoryFile(second.slice(128 * KIB))], // the first half has become zeros
    [3 * TIB, new MemoryFile(third)],
  ]);
  const report = await backup(pool, 'vm', { name: 'after', disk: after }, { changes, threads: 1 });
  expect(report).toMatchObject({ writtenBytes: 4 * KIB, zeroBytes: 128 * KIB });
  const { totals } = await verify(pool.path, { threads: 1 });
  expect(totals).toMatchObject({ verified: 2, damagedBlocks: 0, errors: 0 });
});

it('the seal of a state made by a list costs what the disk stores, not its size', async () => {
  const pool = createReplicaPool(join(tempFolder(), 'pool'), 'dpm01.contoso.com');
  const bytes = new Random(2).bytes(256 * KIB);
  const disk = new Islands(4 * TIB, [[3 * TIB, new MemoryFile(bytes)]]);
  const sealed = { seal: true, threads: 1 } as const;
  const { seal } = await protect(pool, { name: 'disk', disk }, { name: 'vm', mode: 'chain', ...sealed });
  for (const changes of [new ChangeMap(), ChangeMap.of([{ offset: 3 * TIB + 100 * KIB, length: 4 * KIB }])]) {
    const before = cpuTime();
    const report = await backup(pool, 'vm', { name: 'disk', disk }, { changes, ...sealed });
    expect(cpuTime() - before).toBeLessThan(10_000); // 67 million blocks of zeros take a minute
    expect(report.seal!.sha256).toBe(seal!.sha256);
  }
});
