/** Compacting, resizing, merging and repairing a VHDX for the crash suite, and the judgement of what is found. */

import type { DiskImage } from '../../src/disk/disk-image.ts';
import { StorageError } from '../../src/errors.ts';
import { FileMap } from '../../src/map/maps.ts';
import { compactVhdx } from '../../src/vhdx/compact-vhdx.ts';
import { mergeVhdx } from '../../src/vhdx/merge-vhdx.ts';
import { readParentIdentities } from '../../src/vhdx/own-layer.ts';
import { planRepair, repairVhdx } from '../../src/vhdx/repair-vhdx.ts';
import { resizeVhdx } from '../../src/vhdx/resize-vhdx.ts';
import { VhdxWriter } from '../../src/vhdx/vhdx-writer.ts';
import type { CrashCase } from './crash.ts';
import { DiskModel } from './disk-model.ts';
import { Random } from './random.ts';
import type { SimulatedStore } from './simulated-store.ts';
import { BASE, DISK, findDefect, findDefectOfReopening, MIB, openDisk, type Shape, storeWith } from './vhdx-crash.ts';
import { openVhdx } from './vhdx-reading.ts';

function runAll<T>(steps: Generator<unknown, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** A durable disk with gaps, trimmed blocks, blocks of zeros, and a sector bitmap when it is a child. */
function usedDisk(shape: Shape, random: Random): { store: SimulatedStore; model: DiskModel } {
  const { store, model } = storeWith(shape, random);
  const disk = VhdxWriter.open(store.openWritable(DISK));
  const { logicalSectorSize: sector, blockSize, size } = disk;
  const inBlock = blockSize / sector;
  const blocks = Math.floor(size / blockSize);
  for (let block = 0; block < Math.min(blocks, 6); block++) {
    const first = block * inBlock + random.below(inBlock - 8);
    disk.write(first * sector, model.write(first, 8));
  }
  disk.flush();
  const trimmed = random.below(Math.min(blocks, 3));
  model.trim(trimmed * inBlock, inBlock);
  disk.trim(trimmed * blockSize, blockSize);
  const zeroed = 1 + random.below(Math.min(blocks, 5) - 1);
  model.trim(zeroed * inBlock, inBlock);
  disk.write(zeroed * blockSize, new Uint8Array(blockSize));
  disk.close();
  model.flushed();
  return { store, model };
}

class CompactWork implements CrashCase {
  readonly store: SimulatedStore;
  readonly #model: DiskModel;
  readonly #identity: string;
  #isDone = false;

  constructor(shape: Shape, random: Random) {
    ({ store: this.store, model: this.#model } = usedDisk(shape, random));
    this.#identity = openDisk(this.store).dataIdentity;
  }

  epoch(): number {
    return this.#isDone ? 1 : 0;
  }

  run(): void {
    runAll(compactVhdx(this.store.openWritable(DISK), { findZeros: true }));
    this.#isDone = true;
  }

  findFault(found: SimulatedStore): string | null {
    const disk = openDisk(found);
    if (disk.dataIdentity !== this.#identity) return 'DataWriteGuid has changed, and the disk has not';
    return findDefect(disk) ?? this.#model.findDifference(disk, true) ?? findDefectOfReopening(found, this.#model);
  }
}

class ResizeWork implements CrashCase {
  readonly store: SimulatedStore;
  readonly #before: DiskModel;
  readonly #after: DiskModel;
  readonly #identity: string;
  #isDone = false;

  constructor(shape: Shape, size: number, random: Random) {
    ({ store: this.store, model: this.#before } = usedDisk(shape, random));
    this.#after = new DiskModel(size, this.#before.sectorSize, this.#before);
    this.#identity = openDisk(this.store).dataIdentity;
  }

  epoch(): number {
    return this.#isDone ? 1 : 0;
  }

  run(): void {
    resizeVhdx(this.store.openWritable(DISK), this.#after.size, { parentSize: this.#before.size });
    this.#isDone = true;
  }

  findFault(found: SimulatedStore): string | null {
    const disk = openDisk(found);
    const model = disk.size === this.#after.size ? this.#after : this.#before;
    if (disk.size !== model.size) return `the disk has ${disk.size} bytes`;
    if (this.#isDone && model !== this.#after) return 'the disk has its old size';
    if (model === this.#after && disk.dataIdentity === this.#identity) return 'DataWriteGuid is still the old one';
    return findDefect(disk) ?? model.findDifference(disk, true) ?? findDefectOfReopening(found, model);
  }
}

class MergeWork implements CrashCase {
  readonly store: SimulatedStore;
  readonly #model: DiskModel;
  readonly #base: DiskModel;
  readonly #baseIdentity: string;
  readonly #identity: string;
  #isDone = false;

  constructor(shape: Shape, random: Random) {
    ({ store: this.store, model: this.#model } = usedDisk(shape, random));
    const base = openVhdx(this.store.open(BASE));
    this.#base = DiskModel.of(base, this.#model);
    this.#baseIdentity = base.dataIdentity;
    this.#identity = openDisk(this.store).dataIdentity;
  }

  epoch(): number {
    return this.#isDone ? 1 : 0;
  }

  run(): void {
    this.#merge(this.store);
    this.#isDone = true;
  }

  #merge(store: SimulatedStore): void {
    runAll(mergeVhdx({ child: store.openWritable(DISK), parent: store.openWritable(BASE) }));
  }

  findFault(found: SimulatedStore): string | null {
    const parent = openVhdx(found.open(BASE));
    const wrong = findDefect(parent);
    if (wrong !== null) return `parent: ${wrong}`;
    if (parent.dataIdentity === this.#baseIdentity) {
      const changed = this.#base.findDifference(parent, true);
      if (changed !== null) return `the parent has changed, and other children of it do not see that: ${changed}`;
    }
    if (parent.dataIdentity === this.#identity) return this.#model.findDifference(parent, true);
    if (this.#isDone) return 'the parent has not become the child';
    return this.#judgeChild(found, parent);
  }

  #judgeChild(found: SimulatedStore, parent: DiskImage): string | null {
    const names = readParentIdentities(new FileMap(found.open(DISK)));
    if (!names.includes(parent.dataIdentity!)) return `the child names ${names}, its parent is ${parent.dataIdentity}`;
    const child = openDisk(found);
    const wrong = findDefect(child) ?? this.#model.findDifference(child, true);
    if (wrong !== null) return `child: ${wrong}`;
    this.#merge(found); // goes on after an interruption
    const merged = openVhdx(found.open(BASE));
    if (merged.dataIdentity !== this.#identity) return 'merging again did not end well';
    return findDefect(merged) ?? this.#model.findDifference(merged, true);
  }
}

/** What is wrong with the file before it is repaired: the identifier, the second header, the first region table, the log in use. */
class RepairWork implements CrashCase {
  store: SimulatedStore;
  readonly #model: DiskModel;
  readonly #identity: string;
  #isDone = false;

  constructor(shape: Shape, random: Random) {
    ({ store: this.store, model: this.#model } = storeWith(shape, random));
    const disk = VhdxWriter.open(this.store.openWritable(DISK));
    for (let i = 0; i < 5; i++) {
      const first = random.below(shape.size / disk.logicalSectorSize - 12);
      disk.write(first * disk.logicalSectorSize, this.#model.write(first, 12));
    }
    if (random.below(2) === 0) disk.close();
    else disk.flush();
    this.#model.flushed();
    this.store = this.store.survivor({ kind: 'none' });
    const file = this.store.openWritable(DISK);
    const headers = openDisk(this.store).describe()['headers'] as { current: boolean; offset: number }[];
    const garbage = new Uint8Array(512).fill(0xbd);
    if (random.below(3) > 0) file.write(headers.find(({ current }) => !current)!.offset, garbage);
    file.write(random.pick([0x30000, 0x40000]), garbage);
    if (random.below(2) === 0) file.write(0, new Uint8Array(4096));
    file.flush();
    this.#identity = openDisk(this.store).dataIdentity;
  }

  epoch(): number {
    return this.#isDone ? 1 : 0;
  }

  run(): void {
    repairVhdx(this.store.openWritable(DISK));
    this.#isDone = true;
  }

  findFault(found: SimulatedStore): string | null {
    const disk = openDisk(found);
    if (disk.dataIdentity !== this.#identity) return 'DataWriteGuid has changed, and the disk has not';
    const left = planRepair(found.open(DISK));
    if (this.#isDone && left.length > 0) return `still to be repaired: ${left[0]!.reason}`;
    const harmless = new Set([
      'VHDX_LOG_REPLAYED',
      'VHDX_IDENTIFIER_LOST',
      'VHDX_HEADER_INVALID',
      'VHDX_REGION_TABLE_INVALID',
      'VHDX_PARENT_SIZE',
      'VHDX_SPACE_UNREFERENCED',
    ]);
    return findDefect(disk, harmless) ?? this.#model.findDifference(disk, true);
  }
}

const DYNAMIC: Shape = { type: 'dynamic', size: 8 * MIB };
const CHILD: Shape = { type: 'differencing', size: 7 * MIB + 512 };
const CHILD_4K: Shape = { type: 'differencing', size: 14 * MIB, blockSize: 2 * MIB, sector: 4096 };
const FIXED: Shape = { type: 'fixed', size: 6 * MIB + 4096 };

export const MAINTENANCE = {
  compact: (seed: number): CrashCase[] =>
    [DYNAMIC, CHILD, CHILD_4K].map((shape, i) => new CompactWork(shape, new Random(seed * 100 + i))),
  grow: (seed: number): CrashCase[] => [
    new ResizeWork(DYNAMIC, 12 * MIB, new Random(seed * 100)),
    new ResizeWork({ type: 'dynamic', size: 7 * MIB + 8192 }, 9 * MIB, new Random(seed * 100 + 1)),
    new ResizeWork(FIXED, 9 * MIB, new Random(seed * 100 + 2)),
    new ResizeWork(CHILD, 10 * MIB, new Random(seed * 100 + 3)),
    new ResizeWork({ type: 'dynamic', size: 131_000 * MIB }, 132_000 * MIB, new Random(seed * 100 + 4)), // a larger BAT
  ],
  shrink: (seed: number): CrashCase[] =>
    [DYNAMIC, CHILD, FIXED].map((shape, i) => new ResizeWork(shape, 4 * MIB, new Random(seed * 100 + 10 + i))),
  merge: (seed: number): CrashCase[] =>
    [CHILD, CHILD_4K].map((shape, i) => new MergeWork(shape, new Random(seed * 100 + 20 + i))),
  repair: (seed: number): CrashCase[] =>
    [DYNAMIC, CHILD].map((shape, i) => new RepairWork(shape, new Random(seed * 100 + 30 + i))),
} as const;

export type MaintenanceKind = keyof typeof MAINTENANCE;

/** Runs the work with this operation failing; what is wrong with how it ended, or null. Done: it never came so far. */
export function failAt(work: CrashCase, operation: number, code: 'EIO' | 'ENOSPC'): string | null | 'done' {
  const { store } = work;
  store.fault = { operation, code };
  const first = store.operations;
  try {
    work.run();
    if (store.operations > operation) return `operation ${operation} failed, and nobody was told`;
    return 'done';
  } catch (error) {
    if (!StorageError.is(error) || error.kind !== 'io' || error.code !== code) {
      return `operation ${operation} of ${first} on: ${(error as Error).stack}`;
    }
  }
  return work.findFault(store.survivor({ kind: 'all' })) ?? work.findFault(store.survivor({ kind: 'none' }));
}
