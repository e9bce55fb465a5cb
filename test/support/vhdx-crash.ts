/** Seeded work on one VHDX for the crash suite, and the judgement of what is found after a cut. */

import type { DiskImage } from '../../src/disk/disk-image.ts';
import { type CreateParams, createVhdx } from '../../src/vhdx/create-vhdx.ts';
import { buildVhdx } from '../../src/vhdx/vhdx-builder.ts';
import type { VhdxFile } from '../../src/vhdx/vhdx-file.ts';
import { VhdxWriter } from '../../src/vhdx/vhdx-writer.ts';
import { type CrashCase, explore, type FlushPoint, without } from './crash.ts';
import { DiskModel } from './disk-model.ts';
import { Random } from './random.ts';
import { SimulatedStore } from './simulated-store.ts';
import { guidOf } from './vhdx-builder.ts';
import { openVhdx } from './vhdx-reading.ts';

export const MIB = 2 ** 20;
export const DISK = '/disk.vhdx';
export const BASE = '/base.vhdx';
/** What a cut may leave behind in a sound file: a log to replay, a torn header, space that nobody owns yet. */
const HARMLESS = new Set(['VHDX_LOG_REPLAYED', 'VHDX_HEADER_INVALID', 'VHDX_SPACE_UNREFERENCED', 'VHDX_PARENT_SIZE']);

/** The disk in the store, its parent beneath it. */
export function openDisk(store: SimulatedStore, path = DISK): VhdxFile {
  return openVhdx(store.open(path), () => openVhdx(store.open(BASE)));
}

/** What `check` says against this disk, or null. */
export function findDefect(disk: DiskImage, harmless: ReadonlySet<string> = HARMLESS): string | null {
  for (const { code, message } of disk.check()) if (!harmless.has(code)) return `${code}: ${message}`;
  return null;
}

/** Headers, region tables and log: what has a checksum. */
const tearsWithin = (offset: number): boolean => offset < 2 * MIB;

let reopenings = 0;

/** Opens every fourth image for writing, as the next session would, and closes it: clean, and the same bytes. */
export function findDefectOfReopening(found: SimulatedStore, model: DiskModel, path = DISK): string | null {
  if (reopenings++ % 4 > 0) return null; // it takes longer than everything else
  const before = openDisk(found, path);
  const values = model.valuesOf(before);
  VhdxWriter.open(found.openWritable(path)).close();
  const after = openDisk(found, path);
  if (model.valuesOf(after) !== values) return 'replaying changes what is read';
  return findDefect(after, new Set(['VHDX_SPACE_UNREFERENCED', 'VHDX_HEADER_INVALID', 'VHDX_PARENT_SIZE']));
}

export type Shape = Pick<CreateParams, 'type' | 'size'> & { readonly blockSize?: number; readonly sector?: 512 | 4096 };

/** A store with a durable disk of this shape in it, over a durable base for a differencing one. */
export function storeWith(shape: Shape, random: Random): { store: SimulatedStore; model: DiskModel } {
  const { size, type, blockSize = MIB, sector = 512 } = shape;
  const store = new SimulatedStore();
  store.tearsWithin = tearsWithin;
  const base = new DiskModel(size, sector);
  const isChild = type === 'differencing';
  if (isChild) {
    const disk = buildVhdx(store.create(BASE), {
      size,
      type: 'dynamic',
      blockSize,
      logicalSectorSize: sector,
      dataWriteGuid: guidOf(7),
    });
    for (let i = 0; i < 8; i++) {
      const first = random.below(size / sector - 8);
      disk.write(first * sector, base.write(first, 8));
    }
    disk.close();
  }
  const file = store.create(DISK);
  const parent = isChild ? { parent: { identity: guidOf(7), relativePath: '.\\base.vhdx' } } : {};
  createVhdx(file, { size, type, blockSize, logicalSectorSize: sector, ...parent });
  file.close();
  store.syncFolder('/');
  return { store, model: new DiskModel(size, sector, base) };
}

/** Sessions of seeded writes, trims and flushes, some left with a dirty log and opened again. */
class WriterWork implements CrashCase {
  readonly store: SimulatedStore;
  readonly #random: Random;
  readonly #model: DiskModel;
  readonly #sessions: number;
  readonly #steps: number;
  /** The disk as it was when the session began, and its identity then. */
  #before: { readonly identity: string; readonly model: DiskModel } | null = null;
  #epoch = 0;

  constructor(shape: Shape, random: Random, sessions: number, steps = 6) {
    this.#random = random;
    this.#sessions = sessions;
    this.#steps = steps;
    ({ store: this.store, model: this.#model } = storeWith(shape, random));
  }

  epoch(): number {
    return this.#epoch;
  }

  run(): void {
    for (let session = 0; session < this.#sessions; session++) {
      this.#before = {
        identity: openDisk(this.store).dataIdentity,
        model: new DiskModel(this.#model.size, this.#model.sectorSize, this.#model),
      };
      this.#epoch++;
      const disk = VhdxWriter.open(this.store.openWritable(DISK));
      for (let i = 0; i < this.#steps; i++) this.#step(disk);
      if (this.#random.below(3) > 0) disk.close();
      else {
        disk.flush();
        disk.abandon();
      }
      this.#flushed();
    }
  }

  #flushed(): void {
    this.#model.flushed();
    this.#epoch++;
  }

  #step(disk: VhdxWriter): void {
    const { logicalSectorSize: sector, size, blockSize } = disk;
    const inBlock = blockSize / sector;
    const blocks = Math.floor(size / blockSize);
    const kind = this.#random.below(12);
    if (kind < 7) {
      const first = this.#random.below(size / sector - 12);
      const count = 1 + this.#random.below(12);
      disk.write(first * sector, this.#model.write(first, count));
    } else if (kind < 8) {
      const block = this.#random.below(blocks);
      disk.write(block * blockSize, this.#model.write(block * inBlock, inBlock));
    } else if (kind < 10) {
      const block = this.#random.below(blocks);
      this.#model.trim(block * inBlock, inBlock);
      disk.trim(block * blockSize, blockSize, this.#random.pick(['zero', 'unmapped']));
    } else {
      disk.flush();
      this.#flushed();
    }
  }

  findFault(found: SimulatedStore): string | null {
    const disk = openDisk(found);
    const wrong = findDefect(disk) ?? this.#model.findDifference(disk);
    if (wrong !== null) return wrong;
    if (disk.dataIdentity === this.#before?.identity) {
      const changed = this.#before.model.findDifference(disk);
      if (changed !== null) return `DataWriteGuid is still the old one, and the disk is not: ${changed}`;
    }
    return findDefectOfReopening(found, this.#model);
  }
}

/** One commit of more pages than an entry of the log takes; its second entry needs what the first one wrote. */
class LargeCommit implements CrashCase {
  readonly store: SimulatedStore;
  readonly #model: DiskModel;
  #epoch = 0;

  constructor(random: Random) {
    ({ store: this.store, model: this.#model } = storeWith({ type: 'differencing', size: 1000 * MIB }, random));
  }

  epoch(): number {
    return this.#epoch;
  }

  run(): void {
    const disk = VhdxWriter.open(this.store.openWritable(DISK));
    const hook = this.store.beforeOperation;
    this.store.beforeOperation = null; // before the commit there is nothing that smaller work does not show
    for (let i = 0; i < 62; i++) disk.write(i * 16 * MIB, this.#model.write(i * 32_768, 1));
    this.store.beforeOperation = hook;
    disk.flush();
    this.#model.flushed();
    this.#epoch++;
    disk.close();
  }

  findFault(found: SimulatedStore): string | null {
    const disk = openDisk(found);
    return findDefect(disk) ?? this.#model.findDifference(disk) ?? findDefectOfReopening(found, this.#model);
  }
}

/** A dirty log replayed by opening for writing, and a session right behind it. */
class ReplayWork implements CrashCase {
  readonly store: SimulatedStore;
  readonly #model: DiskModel;
  readonly #original: Buffer;
  readonly #fileGuid: string;
  #isReplayed = false;

  constructor(shape: Shape, random: Random) {
    ({ store: this.store, model: this.#model } = storeWith(shape, random));
    const disk = VhdxWriter.open(this.store.openWritable(DISK));
    for (let i = 0; i < 6; i++) {
      const first = random.below(shape.size / disk.logicalSectorSize - 12);
      disk.write(first * disk.logicalSectorSize, this.#model.write(first, 12));
    }
    // The pages of the last commit may be in their places or not: here none of them is.
    const written = this.store;
    disk.flush();
    this.#model.flushed();
    this.store = written.survivor({ kind: 'none' });
    this.#original = bytesBehindHeaders(this.store);
    this.#fileGuid = fileWriteGuidOf(openDisk(this.store));
  }

  epoch(): number {
    return this.#isReplayed ? 1 : 0;
  }

  run(): void {
    const disk = VhdxWriter.open(this.store.openWritable(DISK));
    this.#isReplayed = true;
    disk.write(0, this.#model.write(0, 8));
    disk.close();
  }

  findFault(found: SimulatedStore): string | null {
    const disk = openDisk(found);
    const wrong = findDefect(disk) ?? this.#model.findDifference(disk);
    if (wrong !== null) return wrong;
    if (fileWriteGuidOf(disk) === this.#fileGuid && !bytesBehindHeaders(found).equals(this.#original)) {
      return 'FileWriteGuid is still the old one, and the file is not';
    }
    return findDefectOfReopening(found, this.#model);
  }
}

function fileWriteGuidOf(disk: VhdxFile): string {
  const headers = disk.describe()['headers'] as { current: boolean; fileWriteGuid: string }[];
  return headers.find(({ current }) => current)!.fileWriteGuid;
}

function bytesBehindHeaders(store: SimulatedStore): Buffer {
  const file = store.open(DISK);
  const bytes = Buffer.alloc(Math.max(0, file.size - 0x30000));
  file.read(0x30000, bytes);
  return bytes;
}

/** A new disk with contents, built under another name and published. */
class PublishWork implements CrashCase {
  readonly store = new SimulatedStore();
  readonly #model: DiskModel;
  readonly #random: Random;
  readonly #isEmpty: boolean;
  #isPublished = false;

  constructor(random: Random, isEmpty: boolean) {
    this.#random = random;
    this.#isEmpty = isEmpty;
    this.#model = new DiskModel(6 * MIB);
  }

  epoch(): number {
    return this.#isPublished ? 1 : 0;
  }

  run(): void {
    const file = this.store.create('/new.partial');
    const params: CreateParams = { size: 6 * MIB, type: 'dynamic', blockSize: MIB };
    if (this.#isEmpty) {
      createVhdx(file, params);
      file.close();
    } else {
      const disk = buildVhdx(file, params);
      for (let i = 0; i < 4; i++) {
        const first = this.#random.below(12_000);
        disk.write(first * 512, this.#model.write(first, 16));
        disk.flush();
      }
      disk.close();
    }
    this.#model.flushed();
    this.store.rename('/new.partial', DISK);
    this.store.syncFolder('/');
    this.#isPublished = true;
  }

  findFault(found: SimulatedStore): string | null {
    if (!found.exists(DISK)) return this.#isPublished ? 'the disk is gone' : null;
    const disk = openDisk(found);
    return findDefect(disk, new Set()) ?? this.#model.findDifference(disk, true);
  }
}

const SHAPES: readonly Shape[] = [
  { type: 'dynamic', size: 4 * MIB },
  { type: 'differencing', size: 4 * MIB + 512 },
  { type: 'fixed', size: 3 * MIB },
  { type: 'differencing', size: 6 * MIB, blockSize: 2 * MIB, sector: 4096 },
];

/** Sessions on disks of each shape; replays; publishing; one large commit. A seed gives the same work again. */
export const WORK = {
  sessions: (seed: number): CrashCase[] =>
    SHAPES.map((shape, i) => new WriterWork(shape, new Random(seed * 100 + i), 3)),
  shortSessions: (seed: number): CrashCase[] =>
    SHAPES.map((shape, i) => new WriterWork(shape, new Random(seed * 100 + i), 2, 4)),
  replays: (seed: number): CrashCase[] =>
    SHAPES.slice(0, 2).map((shape, i) => new ReplayWork(shape, new Random(seed * 100 + 10 + i))),
  publishing: (seed: number): CrashCase[] =>
    [true, false].map((isEmpty) => new PublishWork(new Random(seed * 100 + 20), isEmpty)),
  largeCommits: (seed: number): CrashCase[] => [new LargeCommit(new Random(seed * 100 + 30))],
} as const;

export type WorkKind = keyof typeof WORK;

/** Where the writer flushes. */
export const WRITER_SOURCES = ['vhdx/write-session.ts', 'vhdx/replay-log.ts', 'vhdx/create-vhdx.ts'] as const;

/** Whether work of one of these seeds fails when this flush does nothing. */
export function isNoticed(point: FlushPoint, seed: number, seeds: number): boolean {
  for (let one = seed; one < seed + seeds; one++) {
    for (const work of WORK[kindOf(point.name)](one)) {
      without(work.store, point);
      if (explore(work, new Random(one), 6).fault !== null) return true;
    }
  }
  return false;
}

/** The work that comes by there. */
function kindOf(name: string): WorkKind {
  if (name === 'W5') return 'largeCommits';
  return name.startsWith('R') ? 'replays' : name.startsWith('B') ? 'publishing' : 'sessions';
}
