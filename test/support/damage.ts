/**
 * Damage at random places of images whose content is known. Each case builds an image that shares nothing with the
 * reader, breaks bytes of it, and says what has to hold afterwards: only StorageErrors, the readable part equal to what
 * was written wherever no broken structure speaks of it, and an end in bounded time and memory.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { StorageError } from '../../src/errors.ts';
import type { FileEntry, FileSystem } from '../../src/filesystem/file-system.ts';
import { type Image, openImage } from '../../src/image/image.ts';
import { MemoryFile } from '../../src/io/memory-file.ts';
import type { AddressMap } from '../../src/map/address-map.ts';
import { extentsOf } from '../../src/map/extent.ts';
import { FileMap } from '../../src/map/maps.ts';
import { readBytes, readMap } from '../../src/map/read-map.ts';
import { NtfsVolume } from '../../src/ntfs/ntfs-volume.ts';
import { readPartitionTable } from '../../src/partition/partition-table.ts';
import { VhdFile } from '../../src/vhd/vhd-file.ts';
import { cpuTime } from './cpu-time.ts';
import { BASIC_DATA, buildGptDisk, writeMbr } from './gpt-builder.ts';
import { attributeList, NtfsBuilder, nonResident, resident } from './ntfs-builder.ts';
import type { Random } from './random.ts';
import { buildVhd } from './vhd-builder.ts';
import { type Block, buildVhdx, guidOf, logEntryBytes, type SparseFile, writeRing } from './vhdx-builder.ts';
import { openVhdx, over } from './vhdx-reading.ts';
import { buildZip } from './zip-builder.ts';

const MIB = 2 ** 20;
/** No image here is larger than some MiB: what takes longer than this goes in circles. */
const ROUND_MS_MAX = 60_000;
const READ_MAX = 4 * MIB;
const ENTRIES_MAX = 20_000;

/** A part of an image that damage may fall on. */
type Area = { readonly what: string; readonly start: number; readonly length: number };

export type DamageCase = { readonly name: string; readonly round: (random: Random) => void | Promise<void> };

export const CASES: readonly DamageCase[] = [
  { name: 'VHDX', round: vhdxRound },
  { name: 'VHDX with a dirty log', round: dirtyLogRound },
  { name: 'VHDX chain', round: chainRound },
  { name: 'VHD', round: vhdRound },
  { name: 'GPT', round: gptRound },
  { name: 'MBR', round: mbrRound },
  { name: 'NTFS', round: ntfsRound },
  { name: 'zip', round: zipRound },
];

/** Runs rounds until the count or the time is used up; a failure names the seed that brings it back. */
export async function runRounds(
  { name, round }: DamageCase,
  makeRandom: (seed: number) => Random,
  options: { seed: number; rounds: number; ms: number },
): Promise<number> {
  const end = performance.now() + options.ms;
  const memory = process.memoryUsage().rss;
  let count = 0;
  for (; count < options.rounds && performance.now() < end; count++) {
    const seed = options.seed + count;
    const started = cpuTime();
    try {
      await round(makeRandom(seed));
    } catch (error) {
      throw new Error(`${name}: SEED=${seed}`, { cause: error });
    }
    expect(cpuTime() - started, `${name}: SEED=${seed} took too long`).toBeLessThan(ROUND_MS_MAX);
  }
  expect(process.memoryUsage().rss - memory, `${name}: memory`).toBeLessThan(1024 * MIB);
  return count;
}

// ---- VHDX ----

const BLOCKS = 6;

function vhdxBlocks(random: Random): { blocks: Map<number, Block>; truth: Uint8Array[] } {
  const blocks = new Map<number, Block>();
  const truth: Uint8Array[] = [];
  for (let i = 0; i < BLOCKS; i++) {
    const data = random.below(3) > 0 ? pattern(random) : null;
    truth.push(data ?? new Uint8Array(MIB));
    if (data !== null) blocks.set(i, { state: 6, data });
    else if (random.below(2) > 0) blocks.set(i, { state: random.pick([0, 1, 2, 3]) });
  }
  return { blocks, truth };
}

const VHDX_AREAS: readonly Area[] = [
  { what: 'identifier', start: 0, length: 520 },
  { what: 'header 1', start: 0x10000, length: 120 },
  { what: 'header 2', start: 0x20000, length: 120 },
  { what: 'region table 1', start: 0x30000, length: 96 },
  { what: 'region table 2', start: 0x40000, length: 96 },
  { what: 'metadata', start: 2 * MIB, length: 256 },
  { what: 'metadata', start: 2 * MIB + 0x10000, length: 256 },
  { what: 'BAT', start: 3 * MIB, length: 8 * BLOCKS },
  { what: 'BAT', start: 3 * MIB, length: 8 * BLOCKS },
];

function vhdxRound(random: Random): void {
  const { blocks, truth } = vhdxBlocks(random);
  const { file } = buildVhdx({ size: BLOCKS * MIB, blocks });
  const hit = new Set<string>();
  for (let i = 1 + random.below(3); i > 0; i--) {
    const area = random.pick(VHDX_AREAS);
    const at = damageSparse(file, area, random);
    hit.add(area.what);
    if (area.what === 'BAT') for (const byte of at) hit.add(`block ${(byte - area.start) >> 3}`);
  }
  const cut = random.below(6) === 0;
  if (cut) file.size = random.below(file.size);
  const lost =
    cut ||
    hit.has('identifier') ||
    hit.has('metadata') ||
    (hit.has('header 1') && hit.has('header 2')) ||
    (hit.has('region table 1') && hit.has('region table 2'));
  const disk = attempt(() => openVhdx(file));
  if (disk === null) {
    expect(lost, 'a second copy had to be used').toBe(true);
    return;
  }
  attempt(() => [...disk.check()]);
  attempt(() => JSON.stringify(disk.describe()));
  for (const [i, expected] of truth.entries()) {
    const bytes = attempt(() => readBytes(disk, i * MIB, MIB));
    if (hit.has(`block ${i}`) || hit.has('metadata')) continue;
    if (bytes === null) expect(cut, `block ${i} is readable`).toBe(true);
    else expect(same(bytes, expected), `block ${i} is what was written`).toBe(true);
  }
}

function dirtyLogRound(random: Random): void {
  const guid = guidOf(7);
  const data = pattern(random);
  const { file, end } = buildVhdx({
    size: 2 * MIB,
    header: { logGuid: guid },
    blocks: new Map([[0, { state: 6, data }]]),
  });
  const states: Uint8Array[] = [data];
  let at = 0;
  const sequence = 1 + random.below(1000);
  const count = 1 + random.below(5);
  for (let i = 0; i < count; i++) {
    const page = random.below(256);
    const bytes = pattern(random).slice(0, 4096);
    const change = random.below(3) > 0 ? { page: bytes } : { zeroLength: 4096 };
    const state = states.at(-1)!.slice();
    state.set('page' in change ? bytes : new Uint8Array(4096), page * 4096);
    states.push(state);
    const entry = logEntryBytes({
      guid,
      sequence: sequence + i,
      tail: 0,
      flushed: end,
      last: end,
      changes: [{ fileOffset: end - MIB + page * 4096, ...change }],
    });
    writeRing(file, at, entry);
    at += entry.length;
  }
  for (let i = 1 + random.below(3); i > 0; i--) {
    damageSparse(file, { what: 'log', start: MIB, length: random.pick([at, at, MIB]) }, random);
  }
  const disk = attempt(() => openVhdx(file));
  if (disk === null) return;
  attempt(() => JSON.stringify(disk.describe()));
  const bytes = attempt(() => readBytes(disk, 0, MIB));
  // A broken entry ends the sequence before it; what is replayed is a state that the disk once had, never a mixture.
  if (bytes !== null) expect(states.slice(1).some((state) => same(bytes, state))).toBe(true);
}

function chainRound(random: Random): void {
  const { blocks, truth } = vhdxBlocks(random);
  const parent = openVhdx(buildVhdx({ size: BLOCKS * MIB, blocks }).file);
  const expected = truth.map((bytes) => bytes.slice());
  const own = new Map<number, Block>();
  for (let i = 0; i < BLOCKS; i++) {
    const data = pattern(random);
    const kind = random.below(4);
    if (kind === 0) {
      own.set(i, { state: 6, data });
      expected[i] = data;
    } else if (kind === 1) {
      const present = Array.from({ length: 1 + random.below(40) }, () => random.below(2048));
      own.set(i, { state: 7, data, present });
      for (const sector of present) expected[i]!.set(data.subarray(512 * sector, 512 * sector + 512), 512 * sector);
    } else if (kind === 2) {
      own.set(i, { state: 2 });
      expected[i] = new Uint8Array(MIB);
    }
  }
  const locator = [
    ['parent_linkage', `{${guidOf(1)}}`],
    ['relative_path', '.\\parent.vhdx'],
  ] as const;
  const { file, chunkRatio } = buildVhdx({ size: BLOCKS * MIB, locator, blocks: own });
  const bitmap = 3 * MIB + 8 * chunkRatio;
  const hit = new Set<number>();
  let bitmapHit = false;
  for (let i = 1 + random.below(3); i > 0; i--) {
    if (random.below(4) === 0) {
      damageSparse(file, { what: 'bitmap entry', start: bitmap, length: 8 }, random);
      bitmapHit = true;
    } else {
      for (const at of damageSparse(file, { what: 'BAT', start: 3 * MIB, length: 8 * BLOCKS }, random)) {
        hit.add((at - 3 * MIB) >> 3);
      }
    }
  }
  const disk = attempt(() => openVhdx(file, over(parent)));
  if (disk === null) throw new Error('damage of block entries must not keep a disk from opening');
  attempt(() => [...disk.check()]);
  for (let i = 0; i < BLOCKS; i++) {
    const bytes = attempt(() => readBytes(disk, i * MIB, MIB));
    if (hit.has(i) || (bitmapHit && own.get(i)?.state === 7)) continue;
    expect(bytes !== null && same(bytes, expected[i]!), `block ${i} is what was written`).toBe(true);
  }
}

// ---- VHD ----

function vhdRound(random: Random): void {
  const blockSize = 64 * 1024;
  const count = 16;
  const sectors = new Map<number, number>();
  for (let i = 0; i < 60; i++) sectors.set(random.below((count * blockSize) / 512), 1 + random.below(255));
  const bytes = buildVhd({ type: 'dynamic', size: count * blockSize, blockSize, sectors });
  const areas: readonly Area[] = [
    { what: 'footer copy', start: 0, length: 512 },
    { what: 'header', start: 512, length: 1024 },
    { what: 'BAT', start: 1536, length: 4 * count },
    { what: 'footer', start: bytes.length - 512, length: 512 },
  ];
  const hit = new Set<string>();
  for (let i = 1 + random.below(3); i > 0; i--) {
    const area = random.pick(areas);
    hit.add(area.what);
    for (const at of damageBytes(bytes, area, random))
      if (area.what === 'BAT') hit.add(`block ${(at - area.start) >> 2}`);
  }
  const disk = attempt(() =>
    VhdFile.open(new FileMap(new MemoryFile(bytes, 'damaged.vhd')), {
      name: 'damaged.vhd',
      openParent: () => {
        throw new StorageError('not-found', 'PARENT_NOT_FOUND', 'there is no parent');
      },
    }),
  );
  if (disk === null) {
    expect(hit.has('header') || (hit.has('footer') && hit.has('footer copy')), 'the other footer had to be used').toBe(
      true,
    );
    return;
  }
  attempt(() => [...disk.check()]);
  attempt(() => JSON.stringify(disk.describe()));
  readSome(disk, random);
  if (hit.has('header') || (hit.has('footer') && hit.has('footer copy'))) return;
  for (let block = 0; block < count; block++) {
    if (hit.has(`block ${block}`)) continue;
    const expected = new Uint8Array(blockSize);
    for (let sector = 0; sector < blockSize / 512; sector++)
      expected.fill(sectors.get((block * blockSize) / 512 + sector) ?? 0, 512 * sector, 512 * sector + 512);
    const read = attempt(() => readBytes(disk, block * blockSize, blockSize));
    expect(read !== null && same(read, expected), `block ${block} is what was written`).toBe(true);
  }
}

// ---- partition tables ----

function gptRound(random: Random): void {
  const sectorSize = random.pick([512, 4096]);
  const sectors = 2048;
  const partitions = Array.from({ length: 1 + random.below(4) }, (_, i) => ({
    type: BASIC_DATA,
    guid: Buffer.from(random.bytes(16)).toString('hex'),
    first: 100 + 300 * i,
    last: 100 + 300 * i + 1 + random.below(290),
  }));
  const disk = buildGptDisk({ sectorSize, sectors, partitions });
  const arraySectors = Math.ceil((128 * 128) / sectorSize);
  const areas: readonly Area[] = [
    { what: 'protective MBR', start: 446, length: 66 },
    { what: 'primary', start: sectorSize, length: 92 },
    { what: 'primary', start: 2 * sectorSize, length: 512 },
    { what: 'backup', start: (sectors - 1) * sectorSize, length: 92 },
    { what: 'backup', start: (sectors - 1 - arraySectors) * sectorSize, length: 512 },
  ];
  const hit = damageAreas(disk, areas, random);
  const map = new FileMap(new MemoryFile(disk, 'damaged.img'));
  const table = attempt(() => readPartitionTable(map, { name: 'damaged.img', sectorSize }));
  if (hit.has('protective MBR') || (hit.has('primary') && hit.has('backup'))) return;
  expect(table?.partitions.map(({ offset, length }) => [offset, length])).toEqual(
    partitions.map(({ first, last }) => [first * sectorSize, (last - first + 1) * sectorSize]),
  );
}

function mbrRound(random: Random): void {
  const disk = Buffer.alloc(4 * MIB);
  writeMbr(disk, 0, [
    { type: 7, start: 64, count: 1000 },
    { type: 5, start: 2048, count: 6000 },
  ]);
  for (let i = 0; i < 3; i++) {
    const next = i < 2 ? [{ type: 5, start: 1000 * (i + 1), count: 900 }] : [];
    writeMbr(disk, (2048 + 1000 * i) * 512, [{ type: 7, start: 63, count: 500 }, ...next]);
  }
  const areas = [0, 2048, 3048, 4048].map((sector) => ({ what: 'table', start: 512 * sector + 446, length: 66 }));
  damageAreas(disk, areas, random);
  const map = new FileMap(new MemoryFile(disk, 'damaged.img'));
  const table = attempt(() => readPartitionTable(map, { name: 'damaged.img', sectorSize: 512 }));
  for (const { offset, length } of table?.partitions ?? []) {
    expect(offset >= 0 && length > 0 && offset + length <= disk.length, 'a partition lies on its disk').toBe(true);
  }
}

// ---- NTFS ----

function ntfsRound(random: Random): void {
  const recordSize = random.pick([1024, 4096]);
  const builder = new NtfsBuilder({ records: 160, recordSize, clusters: 1024 });
  const contents = new Map<number, Uint8Array>();
  const places = new Map<number, number>();
  const folders = [builder.add({ name: 'many', directory: true }), builder.add({ name: 'few', directory: true })];
  for (let i = 0; i < 70; i++) {
    const bytes = random.bytes(random.below(300));
    contents.set(builder.add({ name: `small ${i}`, parent: folders[i < 60 ? 0 : 1]!, content: bytes }), bytes);
  }
  for (let i = 0; i < 8; i++) {
    const bytes = pattern(random).slice(0, 4096 * (1 + random.below(6)));
    const lcn = builder.store(bytes);
    const data = nonResident(0x80, 4096, { runs: [[lcn, bytes.length / 4096]], id: 7 });
    const record = builder.reserve();
    if (i < 6) builder.add({ name: `data ${i}`, attributes: [data] }, record);
    else {
      const extension = builder.addExtension(record, [data]);
      const entries = [
        { type: 0x30, record, id: 10 },
        { type: 0x80, record: extension, id: 7 },
      ];
      builder.add({ name: `listed ${i}`, attributes: [resident(0x20, attributeList(entries))] }, record);
      places.set(extension, record);
    }
    contents.set(record, bytes);
  }
  const image = builder.build();
  const areas: Area[] = [
    { what: 'boot', start: 0, length: 512 },
    { what: 'first records', start: builder.offsetOf(0), length: 4 * recordSize },
  ];
  for (const record of [...contents.keys(), ...folders, ...places.keys()])
    areas.push({ what: `record ${record}`, start: builder.offsetOf(record), length: recordSize });
  const hit = new Set<string>();
  for (let i = 1 + random.below(6); i > 0; i--) {
    const area = random.below(5) === 0 ? areas[random.below(2)]! : random.pick(areas);
    hit.add(area.what);
    damageBytes(image, area, random);
  }
  const volume = attempt(() =>
    NtfsVolume.open(new FileMap(new MemoryFile(image, 'damaged.ntfs')), { name: 'damaged.ntfs' }),
  );
  if (volume === null) throw new Error('boot sector, $MFT and their copies: one of each is whole');
  exerciseFiles(volume, random);
  const found = new Map<number, FileEntry>();
  attempt(() => {
    for (const entry of volume.scan()) found.set(entry.id, entry);
  });
  for (const [record, bytes] of contents) {
    const extension = [...places].find(([, base]) => base === record)?.[0];
    if (hit.has(`record ${record}`) || (extension !== undefined && hit.has(`record ${extension}`))) continue;
    const entry = found.get(record);
    expect(entry, `record ${record} is found`).toBeDefined();
    const content = attempt(() => readBytes(volume.open(entry!), 0, entry!.size));
    expect(content !== null && same(content, bytes), `record ${record} is what was written`).toBe(true);
  }
}

// ---- archives ----

async function zipRound(random: Random): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pitvault-damage-'));
  try {
    const inner = buildGptDisk({
      sectorSize: 512,
      sectors: 512,
      partitions: [{ type: BASIC_DATA, guid: '11'.repeat(16), first: 64, last: 400 }],
    });
    random.bytes(4096).forEach((byte, i) => {
      inner[64 * 512 + i] = byte;
    });
    const deflate = random.below(2) > 0;
    const zip = buildZip([
      { path: 'readme.txt', bytes: Buffer.from('hello') },
      { path: 'a/disk.img', bytes: inner, deflate },
    ]);
    const start = deflate ? 0 : zip.length - 200;
    const areas: readonly Area[] = [
      { what: 'start', start: 0, length: 120 },
      { what: 'directory', start: zip.length - 180, length: 180 },
      { what: 'any', start, length: zip.length - start },
    ];
    damageAreas(zip, areas, random);
    const path = join(folder, 'damaged.zip');
    writeFileSync(path, random.below(6) === 0 ? zip.subarray(0, random.below(zip.length)) : zip);
    const image = await attemptAsync(() => openImage(`${path}::a/disk.img`, { tempFolder: folder }));
    if (image === null) return;
    try {
      const bytes = attempt(() => readBytes(image.disk, 0, Math.min(image.disk.size, inner.length)));
      // A stored member has no proof of its own; an unpacked one is what its checksum says, or is refused.
      if (deflate && bytes !== null) expect(same(bytes, inner)).toBe(true);
      exerciseImage(image, random);
    } finally {
      await image.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// ---- doing everything a user can do ----

/** Everything that can be asked of an open image. */
export function exerciseImage(image: Image, random: Random): void {
  attempt(() => JSON.stringify(image.disk.describe()));
  attempt(() => [...image.disk.check()]);
  readSome(image.disk, random);
  const volumes = attempt(() => image.listVolumes()) ?? [];
  attempt(() => image.findings);
  for (const volume of volumes) {
    attempt(() => volume.identity);
    const files = attempt(() => volume.openFileSystem());
    if (files !== null) exerciseFiles(files, random);
  }
}

function exerciseFiles(files: FileSystem, random: Random): void {
  attempt(() => JSON.stringify(files.info));
  const visit = (entry: FileEntry): void => {
    attempt(() => files.obstacle(entry));
    for (const { name } of attempt(() => files.streams(entry)) ?? [])
      attempt(() => readSome(files.open(entry, name), random));
    if (entry.kind === 'file') attempt(() => readSome(files.open(entry), random));
  };
  let count = 0;
  attempt(() => {
    for (const entry of files.scan()) {
      if (++count > ENTRIES_MAX) break;
      if (count < 300) visit(entry);
    }
  });
  count = 0;
  attempt(() => {
    const root = files.lookup('/');
    if (root !== null)
      for (const entry of files.walk(root)) {
        if (++count > ENTRIES_MAX) break;
        if (count < 100) attempt(() => files.lookup(entry.path));
      }
  });
  for (const finding of files.findings) expect(finding.message).not.toBe('');
}

/** The first bytes of a map, its last ones, and some between. */
function readSome(map: AddressMap, random: Random): void {
  const size = Math.min(map.size, 64 * 1024);
  const buffer = new Uint8Array(size);
  for (const offset of [0, map.size - size, random.below(2 ** 31) % Math.max(1, map.size - size)])
    attempt(() => readMap(map, Math.max(0, offset), buffer));
  let seen = 0;
  attempt(() => {
    for (const extent of extentsOf(map, 0, Math.min(map.size, READ_MAX))) {
      expect(extent.length).toBeGreaterThan(0);
      if (++seen > 10_000) break;
    }
  });
}

/** The result, or null after a StorageError. Anything else that is thrown is a defect. */
function attempt<T>(action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    requireTyped(error);
    return null;
  }
}

export async function attemptAsync<T>(action: () => Promise<T>): Promise<T | null> {
  try {
    return await action();
  } catch (error) {
    requireTyped(error);
    return null;
  }
}

function requireTyped(error: unknown): asserts error is StorageError {
  if (!StorageError.is(error)) throw error;
  expect(error.message).not.toBe('');
}

// ---- breaking bytes ----

/** Damages some of the areas and says which. */
function damageAreas(bytes: Uint8Array, areas: readonly Area[], random: Random): Set<string> {
  const hit = new Set<string>();
  for (let i = 1 + random.below(4); i > 0; i--) {
    const area = random.pick(areas);
    hit.add(area.what);
    damageBytes(bytes, area, random);
  }
  return hit;
}

/** Overwrites a byte, a field of 2, 4 or 8 bytes, or a stretch, with something telling; returns the offsets hit. */
export function damageBytes(bytes: Uint8Array, { start, length }: Area, random: Random): number[] {
  const field = random.pick([1, 1, 2, 4, 8, 8, 1 + random.below(64)]);
  const aligned = field <= 8 ? field : 1;
  const at = start + Math.floor(random.below(length) / aligned) * aligned;
  const offsets: number[] = [];
  const kind = random.below(6);
  for (let i = 0; i < field && at + i < start + length; i++) {
    const before = bytes[at + i]!;
    const after = [
      0,
      0xff,
      random.below(256),
      before ^ (1 << random.below(8)),
      i === field - 1 ? 0x7f : 0xff,
      i === 0 ? (before + random.pick([1, 255])) & 0xff : before,
    ][kind]!;
    bytes[at + i] = after;
    offsets.push(at + i);
  }
  return offsets;
}

function damageSparse(file: SparseFile, area: Area, random: Random): number[] {
  const bytes = file.bytes(area.start, area.length);
  const offsets = damageBytes(bytes, { what: area.what, start: 0, length: area.length }, random);
  file.write(area.start, bytes);
  return offsets.map((at) => at + area.start);
}

/** 1 MiB that differs from sector to sector and from call to call, at little cost. */
function pattern(random: Random): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(MIB);
  const words = new Uint32Array(bytes.buffer);
  let state = random.below(2 ** 31) | 1;
  for (let i = 0; i < words.length; i++) words[i] = state = Math.imul(state, 1_664_525) + 1_013_904_223;
  return bytes;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
