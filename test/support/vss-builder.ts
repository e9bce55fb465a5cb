/**
 * A volume that keeps shadow copies as Windows does, and a model that keeps every old state whole: written from the
 * format's description, sharing nothing with the reader. Block contents are random; what a file system would know
 * (which blocks are allocated) is kept beside them.
 */

import type { Random } from './random.ts';

export const BLOCK = 0x4000;
const SECTOR = 512;
const VSS_GUID_BYTES = [0x6b, 0x87, 0x08, 0x38, 0x76, 0xc1, 0x48, 0x4e, 0xb7, 0xae, 0x04, 0x04, 0x6e, 0x6c, 0xc7, 0x52];
const PER_LIST = 508;

type Descriptor = { original: number; relative: number; store: number; flags: number; bitmap: number };
type Snapshot = {
  readonly descriptors: Descriptor[];
  readonly handled: Set<number>;
  /** Blocks that hold bytes moved there. */
  readonly targets: Set<number>;
  readonly unallocated: Set<number>;
  /** The whole volume as it was, with what was written into the copy since. */
  readonly model: Uint8Array;
};

export type BuilderOptions = {
  /** Blocks of the original volume. */
  readonly blocks: number;
  readonly random: Random;
  /** Puts catalog entries, lists and copied blocks on a second volume. */
  readonly elsewhere?: boolean;
  /** Sets the flag that unallocated blocks read as zeros. */
  readonly zeroes?: boolean;
  /** Whether histories write into copies; they do unless said otherwise. */
  readonly overlays?: boolean;
};

export class VssVolume {
  readonly live: Uint8Array;
  readonly snapshots: Snapshot[] = [];
  readonly allocated = new Set<number>();
  readonly #options: BuilderOptions;
  readonly #saved: Uint8Array[] = [];

  constructor(options: BuilderOptions) {
    this.#options = options;
    this.live = new Uint8Array(options.blocks * BLOCK);
    for (let block = 1; block < options.blocks; block++) {
      if (options.random.below(3) === 0) continue;
      this.allocated.add(block);
      this.live.set(this.#content(), block * BLOCK);
    }
  }

  #content(): Uint8Array {
    return fill(BLOCK, this.#options.random);
  }

  snapshot(): void {
    const all = Array.from({ length: this.#options.blocks }, (_, block) => block);
    this.snapshots.push({
      descriptors: [],
      handled: new Set(),
      targets: new Set(),
      unallocated: new Set(all.filter((block) => !this.allocated.has(block))),
      model: this.live.slice(),
    });
  }

  /** The file system writes a block: its old bytes are saved first when the newest copy still needs them. */
  write(block: number): void {
    this.#protect(block);
    this.allocated.add(block);
    this.live.set(this.#content(), block * BLOCK);
  }

  free(block: number): void {
    this.allocated.delete(block);
  }

  /** The file system moves the bytes of a block to one that no copy needs: the newest copy notes where they went. */
  move(from: number, to: number): boolean {
    const newest = this.snapshots.at(-1);
    if (newest === undefined || from === to || !this.allocated.has(from) || this.allocated.has(to)) return false;
    if (this.#isNeeded(to)) return false;
    const moved = newest.targets.has(from);
    if (!moved && (newest.unallocated.has(from) || newest.handled.has(from))) return false;
    newest.descriptors.push({ original: from * BLOCK, relative: to * BLOCK, store: 0, flags: 1, bitmap: 0 });
    if (moved) newest.targets.delete(from);
    else newest.handled.add(from);
    newest.targets.add(to);
    this.live.copyWithin(to * BLOCK, from * BLOCK, (from + 1) * BLOCK);
    this.allocated.add(to);
    this.allocated.delete(from);
    return true;
  }

  /** Some copy had the block allocated, or finds bytes that were moved there. */
  #isNeeded(block: number): boolean {
    return this.snapshots.some(({ unallocated, targets }) => !unallocated.has(block) || targets.has(block));
  }

  /** Somebody (auto-recovery) writes sectors into the newest copy itself. */
  writeIntoSnapshot(block: number): void {
    const newest = this.snapshots.at(-1);
    if (newest === undefined || newest.unallocated.has(block)) return;
    const bytes = this.#content();
    const bitmap = this.#options.random.below(0xffff_ffff) | 1;
    for (let sector = 0; sector < 32; sector++) {
      if (((bitmap >>> sector) & 1) === 0) continue;
      newest.model.set(bytes.subarray(sector * SECTOR, (sector + 1) * SECTOR), block * BLOCK + sector * SECTOR);
    }
    newest.descriptors.push({
      original: block * BLOCK,
      relative: 1,
      store: this.#save(bytes),
      flags: 2,
      bitmap: bitmap >>> 0,
    });
  }

  #protect(block: number): void {
    const newest = this.snapshots.at(-1);
    if (newest === undefined) return;
    if (newest.targets.has(block)) {
      newest.targets.delete(block); // the bytes that were moved here are those of another block of the copy
      newest.handled.add(block);
    } else if (this.#isNeeded(block) && !newest.handled.has(block)) newest.handled.add(block);
    else return;
    const bytes = this.live.slice(block * BLOCK, (block + 1) * BLOCK);
    newest.descriptors.push({ original: block * BLOCK, relative: 0, store: this.#save(bytes), flags: 0, bitmap: 0 });
  }

  /** Index of the saved bytes: becomes a volume offset when the volume is laid out. */
  #save(bytes: Uint8Array): number {
    this.#saved.push(bytes);
    return this.#saved.length;
  }

  /** The original volume, and the one with the stores: the same one unless `elsewhere`. */
  build(): { volume: Uint8Array; storage: Uint8Array; storeHeaders: number[]; listOffsets: number[] } {
    const { blocks, elsewhere = false, zeroes = false } = this.#options;
    const lists = this.snapshots.map(({ descriptors }) => Math.max(1, Math.ceil(descriptors.length / PER_LIST)));
    const records = this.snapshots.reduce((sum, _, index) => sum + 3 + lists[index]!, 0);
    const base = elsewhere ? 1 : blocks;
    const savedBase = base + 2 + records;
    const total = savedBase + this.#saved.length;
    const storage = new Uint8Array(total * BLOCK + SECTOR);
    if (!elsewhere) storage.set(this.live);
    const volume = elsewhere ? new Uint8Array((blocks + 1) * BLOCK + SECTOR) : storage;
    if (elsewhere) volume.set(this.live);
    const ownCatalog = elsewhere ? blocks : base;
    writeHeader(volume, ownCatalog * BLOCK);
    writeRecord(volume, ownCatalog * BLOCK, 2, 0, elsewhere ? 0 : (base + 1) * BLOCK);
    if (elsewhere) {
      writeHeader(storage, base * BLOCK);
      writeRecord(storage, base * BLOCK, 2, 0, (base + 1) * BLOCK);
    }
    writeRecord(storage, (base + 1) * BLOCK, 2, 1, 0);
    for (const [index, bytes] of this.#saved.entries()) storage.set(bytes, (savedBase + index) * BLOCK);
    const storeHeaders: number[] = [];
    const listOffsets: number[] = [];
    let next = base + 2;
    this.snapshots.forEach((snapshot, index) => {
      const header = next++ * BLOCK;
      const ranges = next++ * BLOCK;
      const bitmap = next++ * BLOCK;
      const first = next * BLOCK;
      next += lists[index]!;
      storeHeaders.push(header);
      listOffsets.push(first);
      writeStoreHeader(storage, header, index);
      writeRecord(storage, ranges, 5, 1, 0);
      writeRecord(storage, bitmap, 6, 2, 0);
      for (const block of snapshot.unallocated) storage[bitmap + 128 + (block >>> 3)]! |= 1 << (block & 7);
      for (let list = 0; list < lists[index]!; list++) {
        const at = first + list * BLOCK;
        writeRecord(storage, at, 3, 3 + list, list + 1 < lists[index]! ? at + BLOCK : 0);
        snapshot.descriptors.slice(list * PER_LIST, (list + 1) * PER_LIST).forEach((descriptor, place) => {
          const store = descriptor.store === 0 ? 0 : (savedBase + descriptor.store - 1) * BLOCK;
          writeDescriptor(storage, at + 128 + 32 * place, { ...descriptor, store });
        });
      }
      const size = blocks * BLOCK;
      if (elsewhere) {
        writeCopyEntry(volume, ownCatalog * BLOCK + 128 * (1 + index), index, size, zeroes);
        writeLocationEntry(storage, base * BLOCK + 128 * (1 + index), index, { header, ranges, bitmap, first });
      } else {
        // Fills the first record from its end, so that entries are far apart and between unused ones.
        writeCopyEntry(volume, base * BLOCK + 128 * (1 + 2 * index), index, size, zeroes);
        writeLocationEntry(volume, base * BLOCK + 128 * (2 + 2 * index), index, { header, ranges, bitmap, first });
      }
    });
    for (const bytes of new Set([volume, storage])) writeBootSectors(bytes);
    return { volume, storage, storeHeaders, listOffsets };
  }
}

/** Fast random bytes of a block: a generator of its own, seeded by the test's. */
function fill(length: number, random: Random): Uint8Array {
  const words = new Uint32Array(length / 4);
  let state = random.below(0xffff_fffe) + 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state >>> 0;
  }
  return new Uint8Array(words.buffer);
}

function viewAt(bytes: Uint8Array, at: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + at);
}

function storeGuidBytes(index: number): number[] {
  return [index + 1, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x11, 1, 2, 3, 4, 5, 6, 7, 8];
}

function writeHeader(bytes: Uint8Array, catalog: number): void {
  const at = 0x1e00;
  const view = viewAt(bytes, at);
  bytes.set(VSS_GUID_BYTES, at);
  view.setUint32(0x10, 2, true);
  view.setUint32(0x14, 1, true);
  view.setBigUint64(0x18, 0x1e00n, true);
  view.setBigUint64(0x20, 0x1e00n, true);
  view.setBigUint64(0x30, BigInt(catalog), true);
  bytes.set([9, 9, 9, 9], at + 0x40);
  bytes.set([9, 9, 9, 9], at + 0x50);
}

function writeRecord(bytes: Uint8Array, at: number, type: number, relative: number, next: number): void {
  const view = viewAt(bytes, at);
  bytes.set(VSS_GUID_BYTES, at);
  view.setUint32(0x10, 1, true);
  view.setUint32(0x14, type, true);
  view.setBigUint64(0x18, BigInt(relative * BLOCK), true);
  view.setBigUint64(0x20, BigInt(at), true);
  view.setBigUint64(0x28, BigInt(next), true);
}

function writeStoreHeader(bytes: Uint8Array, at: number, index: number): void {
  writeRecord(bytes, at, 4, 0, 0);
  const view = viewAt(bytes, at);
  view.setBigUint64(0x30, 200n, true);
  bytes.set([0xc0, index], at + 0x80 + 16); // copy id
  bytes.set([0x5e, index], at + 0x80 + 32); // set id
  view.setUint32(0x80 + 48, 0x19, true);
  view.setUint32(0x80 + 56, 0x2_0019, true);
  for (const offset of [64, 64 + 2 + 8]) {
    view.setUint16(0x80 + offset, 8, true);
    for (let i = 0; i < 4; i++) view.setUint16(0x80 + offset + 2 + 2 * i, 'dpm1'.charCodeAt(i), true);
  }
}

function writeDescriptor(bytes: Uint8Array, at: number, descriptor: Descriptor): void {
  const view = viewAt(bytes, at);
  view.setBigUint64(0, BigInt(descriptor.original), true);
  view.setBigUint64(8, BigInt(descriptor.relative), true);
  view.setBigUint64(16, BigInt(descriptor.store), true);
  view.setUint32(24, descriptor.flags, true);
  view.setUint32(28, descriptor.bitmap, true);
}

function writeCopyEntry(bytes: Uint8Array, at: number, index: number, size: number, zeroes: boolean): void {
  const view = viewAt(bytes, at);
  view.setBigUint64(0, 2n, true);
  view.setBigUint64(8, BigInt(size), true);
  bytes.set(storeGuidBytes(index), at + 16);
  view.setBigUint64(32, BigInt(index + 1), true);
  view.setBigUint64(40, zeroes ? 0x440n : 0x40n, true);
  view.setBigUint64(48, 130_000_000_000_000_000n + BigInt(index) * 36_000_000_000n, true);
}

function writeLocationEntry(
  bytes: Uint8Array,
  at: number,
  index: number,
  place: { header: number; ranges: number; bitmap: number; first: number },
): void {
  const view = viewAt(bytes, at);
  view.setBigUint64(0, 3n, true);
  view.setBigUint64(8, BigInt(place.first), true);
  bytes.set(storeGuidBytes(index), at + 16);
  view.setBigUint64(32, BigInt(place.header), true);
  view.setBigUint64(40, BigInt(place.ranges), true);
  view.setBigUint64(48, BigInt(place.bitmap), true);
  view.setBigUint64(64, BigInt(BLOCK), true);
}

/** Enough of an NTFS boot sector, at both ends, that tools take the volume for one. */
function writeBootSectors(bytes: Uint8Array): void {
  const sector = new Uint8Array(SECTOR);
  const view = viewAt(sector, 0);
  sector.set([0xeb, 0x52, 0x90, ...Buffer.from('NTFS    ')]);
  view.setUint16(11, SECTOR, true);
  view.setUint8(13, 8);
  view.setUint8(21, 0xf8);
  view.setBigUint64(40, BigInt(bytes.length / SECTOR - 1), true);
  view.setBigUint64(48, 4n, true);
  view.setBigUint64(56, 8n, true);
  view.setInt8(64, -10);
  view.setInt8(68, 1);
  view.setUint16(510, 0xaa55, true);
  bytes.set(sector, 0);
  bytes.set(sector, bytes.length - SECTOR);
}

/** A history of writes, frees, moves, writes into copies, and snapshots. */
export function randomHistory(options: BuilderOptions, steps: number, snapshots: number): VssVolume {
  const { random, blocks } = options;
  const volume = new VssVolume(options);
  const between = Math.floor(steps / (snapshots + 1));
  for (let step = 0; step < steps; step++) {
    if (step % between === between - 1 && volume.snapshots.length < snapshots) volume.snapshot();
    const block = 1 + random.below(blocks - 1);
    const what = random.below(10);
    if (what < 5) volume.write(block);
    else if (what < 6) volume.free(block);
    else if (what < 9) volume.move(block, 1 + random.below(blocks - 1));
    else if (options.overlays !== false) volume.writeIntoSnapshot(block);
  }
  return volume;
}
