/**
 * Goal: a target made by cloning holds what a copy would hold, and the digest is that of all bytes. Method: random maps,
 * and a stand-in for the platform that clones by copying, refuses what is not aligned, and can be made to refuse all.
 */

import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CopyEngine } from '../../../src/copy/copy-engine.ts';
import { copyOrClone, LeafCloner } from '../../../src/copy/leaf-cloner.ts';
import { DiskFile } from '../../../src/io/disk-file.ts';
import type { CloneOutcome, HostFile } from '../../../src/io/host-files.ts';
import { PortableHostFiles } from '../../../src/io/portable-host-files.ts';
import type { AddressMap, ExtentSink } from '../../../src/map/address-map.ts';
import { BytesLeaf } from '../../../src/map/maps.ts';
import { Random } from '../../support/random.ts';
import { tempFolder } from '../../support/temp.ts';

const UNIT = 4096;

class CopyingHost extends PortableHostFiles {
  calls = 0;
  answer: CloneOutcome = 'cloned';

  constructor() {
    super('test');
  }

  override cloneRange(...args: unknown[]): CloneOutcome {
    const [source, from, length, target, to] = args as [HostFile, number, number, HostFile, number];
    this.calls++;
    if (this.answer !== 'cloned') return this.answer;
    if (from % UNIT !== 0 || to % UNIT !== 0 || length % UNIT !== 0) throw new Error(`${from} ${to} ${length}`);
    const bytes = Buffer.alloc(length);
    readSync(source.fd, bytes, 0, length, from);
    writeSync(target.fd, bytes, 0, length, to);
    return 'cloned';
  }
}

type Leaf = { kind: 'data' | 'zero' | 'computed'; length: number; fileOffset: number };

class ListMap implements AddressMap {
  readonly size: number;
  readonly leaves: readonly Leaf[];
  readonly file: DiskFile;
  readonly bytes: Uint8Array;

  constructor(leaves: readonly Leaf[], file: DiskFile, bytes: Uint8Array) {
    this.leaves = leaves;
    this.file = file;
    this.bytes = bytes;
    this.size = leaves.reduce((sum, leaf) => sum + leaf.length, 0);
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    let start = 0;
    for (const { kind, length: size, fileOffset } of this.leaves) {
      const from = Math.max(offset, start);
      const to = Math.min(offset + length, start + size);
      const place = fileOffset + from - start;
      if (from < to) {
        if (kind === 'data') sink.data(at + from - offset, to - from, this.file, place);
        else if (kind === 'zero') sink.zero(at + from - offset, to - from);
        else sink.computed(at + from - offset, to - from, new BytesLeaf(this.bytes, 'test'), place);
      }
      start += size;
    }
  }

  expected(): Uint8Array {
    return Buffer.concat(
      this.leaves.map(({ kind, length, fileOffset }) =>
        kind === 'zero' ? Buffer.alloc(length) : this.bytes.subarray(fileOffset, fileOffset + length),
      ),
    );
  }
}

async function copied(host: CopyingHost, map: ListMap, folder: string, options: object = {}, name = 'xfs') {
  const path = join(folder, 'target');
  const fd = openSync(path, 'w+');
  ftruncateSync(fd, map.size);
  await using engine = new CopyEngine({ threads: 1 });
  const cloner = new LeafCloner(
    async () => host,
    () => name,
  );
  const hash = createHash('sha256');
  const outcome = await copyOrClone(engine, cloner, map, { target: { path, fd }, hash, ...options });
  closeSync(fd);
  return { outcome, bytes: readFileSync(path), sha256: hash.digest('hex') };
}

function sample(random: Random, folder: string): ListMap {
  const bytes = random.bytes(2 ** 21);
  writeFileSync(join(folder, 'image'), bytes);
  const leaves: Leaf[] = [];
  for (let at = 0; at < 3 * 2 ** 20; ) {
    const unit = random.pick([UNIT, UNIT, 512, 1]);
    const length = unit * (1 + random.below(Math.floor(500_000 / unit)));
    const fileOffset = unit * random.below(Math.floor((bytes.length - length) / unit));
    leaves.push({ kind: random.pick(['data', 'data', 'data', 'zero', 'computed']), length, fileOffset });
    at += length;
  }
  return new ListMap(leaves, new DiskFile(join(folder, 'image')), bytes);
}

describe('cloning leaves', () => {
  it('gives what a copy gives, and its digest', async () => {
    let cloned = 0;
    const random = new Random();
    for (let round = 0; round < 20; round++) {
      const folder = tempFolder();
      const map = sample(random, folder);
      const { outcome, bytes, sha256 } = await copied(new CopyingHost(), map, folder);
      expect(Buffer.compare(bytes, map.expected()), `seed ${random.seed}`).toBe(0);
      expect(sha256, `seed ${random.seed}`).toBe(createHash('sha256').update(bytes).digest('hex'));
      cloned += outcome.clonedBytes;
      map.file.close();
    }
    expect(cloned).toBeGreaterThan(2 ** 20);
  });

  it('copies what the file system refuses, and asks it once', async () => {
    const folder = tempFolder();
    const map = sample(new Random(5), folder);
    for (const answer of ['unsupported', 'limit'] as const) {
      const host = new CopyingHost();
      host.answer = answer;
      const { outcome, bytes } = await copied(host, map, folder);
      expect([outcome.clonedBytes, Buffer.compare(bytes, map.expected())]).toEqual([0, 0]);
      if (answer === 'unsupported') expect(host.calls).toBe(1);
    }
    map.file.close();
  });

  it('does not try where it cannot be, nor when salvaging', async () => {
    const folder = tempFolder();
    const map = sample(new Random(6), folder);
    const host = new CopyingHost();
    await copied(host, map, folder, {}, 'ext4');
    await copied(host, map, folder, { salvage: true });
    expect(host.calls).toBe(0);
    map.file.close();
  });
});
