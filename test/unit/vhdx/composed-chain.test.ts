/**
 * Goal: a chain reads the same through the composed map as disk by disk, and a deep one costs no more reads than its
 * pieces. Method: random children of all block sizes on a base, against the bytes that were written; reads are counted.
 */

import { expect, it } from 'vitest';
import { MemoryFile } from '../../../src/io/memory-file.ts';
import { extentsOf } from '../../../src/map/extent.ts';
import { FileMap } from '../../../src/map/maps.ts';
import { readMap } from '../../../src/map/read-map.ts';
import { buildVhdx } from '../../../src/vhdx/vhdx-builder.ts';
import { VhdxFile } from '../../../src/vhdx/vhdx-file.ts';
import { Random } from '../../support/random.ts';
import { SimulatedStore } from '../../support/simulated-store.ts';

const MIB = 2 ** 20;

function bytesOf(file: { size: number; read(offset: number, target: Uint8Array): number }): Uint8Array {
  const bytes = new Uint8Array(file.size);
  file.read(0, bytes);
  return bytes;
}

class CountingFile extends MemoryFile {
  reads = 0;
  override read(offset: number, target: Uint8Array): number {
    this.reads++;
    return super.read(offset, target);
  }
}

it('chains of disks that grow and shrink read as they were written', () => {
  for (let seed = 1; seed <= 5; seed++) {
    const random = new Random(seed);
    const store = new SimulatedStore();
    let disk: VhdxFile | null = null;
    let model = new Uint8Array(0);
    const depth = 2 + random.below(7);
    for (let level = 0; level < depth; level++) {
      const size = 512 * (1 + random.below(6000));
      const file = store.create(`/${level}`);
      const parent = disk === null ? {} : { parent: { identity: disk.dataIdentity, relativePath: '.\\x.vhdx' } };
      const type = disk === null ? 'dynamic' : 'differencing';
      const writer = buildVhdx(file, { size, type, blockSize: MIB << random.below(3), ...parent });
      const next = new Uint8Array(size);
      next.set(model.subarray(0, size));
      for (let i = random.below(6); i > 0; i--) {
        const length = 512 * Math.min(size / 512, 1 + random.below(900));
        const offset = 512 * random.below((size - length) / 512 + 1);
        if (random.below(4) === 0) {
          next.fill(0, offset, offset + length);
          writer.trim(offset, length);
        } else {
          const bytes = random.bytes(length);
          next.set(bytes, offset);
          writer.write(offset, bytes);
        }
      }
      writer.close();
      model = next;
      const below = disk;
      const container = new FileMap(new MemoryFile(bytesOf(store.open(`/${level}`))));
      disk = VhdxFile.open(container, { name: `${level}`, openParent: () => below! });
      const found = new Uint8Array(size);
      readMap(disk, 0, found);
      expect(Buffer.compare(found, model), `seed ${seed}, level ${level}`).toBe(0);
      for (let i = 0; i < 40; i++) {
        const offset = random.below(size);
        const part = new Uint8Array(1 + random.below(Math.min(size - offset, 70_000)));
        readMap(disk, offset, part);
        expect(Buffer.compare(part, model.subarray(offset, offset + part.length)), `seed ${seed}`).toBe(0);
      }
    }
  }
});

it('at depth 80 each file is looked into a few times, whatever is read', () => {
  const store = new SimulatedStore();
  const files: CountingFile[] = [];
  let disk: VhdxFile | null = null;
  for (let level = 0; level < 80; level++) {
    const file = store.create(`/${level}`);
    const parent = disk === null ? {} : { parent: { identity: disk.dataIdentity, relativePath: '.\\x.vhdx' } };
    const type = disk === null ? 'dynamic' : 'differencing';
    const writer = buildVhdx(file, { size: 64 * MIB, type, blockSize: MIB, ...parent });
    for (let i = 0; i < 8; i++)
      writer.write(((level * 37 + i * 91) % 16_000) * 4096, new Uint8Array(4096).fill(level + 1));
    writer.close();
    const below = disk;
    const counting = new CountingFile(bytesOf(store.open(`/${level}`)));
    files.push(counting);
    disk = VhdxFile.open(new FileMap(counting), { name: `${level}`, openParent: () => below! });
  }
  const before = files.reduce((sum, { reads }) => sum + reads, 0);
  const piece = new Uint8Array(MIB);
  for (let round = 0; round < 3; round++) for (let at = 0; at < 64 * MIB; at += MIB) readMap(disk!, at, piece);
  const tables = files.reduce((sum, { reads }) => sum + reads, 0) - before;
  // 640 pieces in three rounds, and for each file its BAT and the pages of its bitmap, once.
  expect(tables).toBeLessThan(3 * 640 + 80 * 12);
});

it('a chain that changes disks with every sector is read in bounded pieces, from anywhere', () => {
  const random = new Random();
  const store = new SimulatedStore();
  const size = 40 * MIB;
  const dense = { from: 4 * MIB, to: 36 * MIB }; // 65,536 changes of disk: more than one window holds
  const model = new Uint8Array(size);
  const levels: VhdxFile[] = [];
  for (let level = 0; level < 3; level++) {
    const file = store.create(`/${level}`);
    const below = levels.at(-1);
    const parent = below === undefined ? {} : { parent: { identity: below.dataIdentity, relativePath: '.\\x.vhdx' } };
    const type = below === undefined ? 'dynamic' : 'differencing';
    const writer = buildVhdx(file, { size, type, blockSize: MIB, ...parent });
    if (level === 0) {
      model.fill(0xb0);
      writer.write(0, model.subarray(0, size));
    } else {
      const step = level === 1 ? 1024 : 8192;
      for (let at = dense.from + 512 * level; at + 512 <= dense.to; at += step) {
        const sector = new Uint8Array(512).fill((at >>> 9) & 0xff);
        writer.write(at, sector);
        model.set(sector, at);
      }
    }
    writer.close();
    levels.push(
      VhdxFile.open(new FileMap(new MemoryFile(bytesOf(store.open(`/${level}`)))), {
        name: `${level}`,
        openParent: () => below!,
      }),
    );
  }
  const disk = levels.at(-1)!;
  const piece = new Uint8Array(MIB);
  const expectSame = (offset: number, length: number): void => {
    readMap(disk, offset, piece.subarray(0, length));
    const isSame = Buffer.compare(piece.subarray(0, length), model.subarray(offset, offset + length)) === 0;
    expect(isSame, `${length} bytes at ${offset}`).toBe(true);
  };
  for (let i = 0; i < 40; i++) expectSame(random.below(size - MIB), 1 + random.below(MIB));
  for (let at = 0; at < size; at += MIB) expectSame(at, MIB);
  for (let at = size - MIB; at >= 0; at -= MIB) expectSame(at, MIB);
  let position = 0;
  for (const { offset, length } of extentsOf(disk)) {
    expect(offset).toBe(position);
    position += length;
  }
  expect(position).toBe(size);
});
