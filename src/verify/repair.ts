/**
 * Puts good bytes in the place of damaged ones, taken from wherever they are: any state of another pool, or of the same
 * one, or an image.
 *
 * 1. A block counts as good only when its fingerprint is the one that the damaged block should have.
 * 2. Only sectors that differ are written, to where the damaged state reads them from: nothing that any state reads as
 *    good is touched. Cut in its middle, a repair leaves a damaged block, which is repaired again.
 * 3. After a repair the block is read once more through the state's disk.
 */

import { statSync } from 'node:fs';
import { isZero } from '../base/bytes.ts';
import { notFound, StorageError, type StorageErrorJson, throwIfCancelled } from '../errors.ts';
import { openImage } from '../image/image.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { FileStore } from '../io/file-store.ts';
import type { AddressMap } from '../map/address-map.ts';
import { resolveExtents } from '../map/extent.ts';
import { readMap } from '../map/read-map.ts';
import { openPool } from '../pool/scan-pool.ts';
import { Container, type State } from '../replica/container.ts';
import { FINGERPRINT_SIZE, type Fingerprinter } from '../sidecar/fingerprint.ts';
import { type Sidecar, sameFingerprint } from '../sidecar/sidecar.ts';
import { openSidecar } from '../sidecar/sidecar-files.ts';
import { VhdxWriter } from '../vhdx/vhdx-writer.ts';
import type { DamagedBlock } from './damage-log.ts';

const SECTOR = 512;
const KEPT_MAX = 64;

/** A run of sectors that was overwritten. */
export type Overwritten = {
  readonly file: string;
  readonly fileOffset: number;
  readonly length: number;
  /** The damaged bytes, hexadecimal, at most the first 64; null where they could not be read. */
  readonly was: string | null;
};

export type RepairedBlock = {
  readonly point: string;
  readonly offset: number;
  readonly length: number;
  /** Where the good bytes came from. */
  readonly from: string;
  readonly overwritten: readonly Overwritten[];
};

export type MendReport = {
  readonly repaired: readonly RepairedBlock[];
  readonly left: readonly {
    readonly point: string;
    readonly offset: number;
    readonly length: number;
    readonly error: StorageErrorJson;
  }[];
};

export type RepairOptions = {
  readonly store: FileStore;
  readonly fingerprint: Fingerprinter;
  readonly signal?: AbortSignal | undefined;
};

type Wanted = {
  readonly block: DamagedBlock;
  readonly expected: Uint8Array;
  good: { bytes: Uint8Array; from: string } | null;
};

/** `container`: of the damaged states, open for writing: its lock is held. `other`: a pool's root, or an image. */
export async function repairFrom(
  container: Container,
  damage: readonly DamagedBlock[],
  other: string,
  options: RepairOptions,
): Promise<MendReport> {
  const states = container.states();
  const wanted = damage.map((block): Wanted => {
    const first = states.find(({ id }) => id === block.points[0])!;
    return { block, expected: fingerprintOf(container, first, block.offset, options.fingerprint), good: null };
  });
  await findGood(wanted, other, options);
  const repaired: RepairedBlock[] = [];
  const left: MendReport['left'][number][] = [];
  for (const { block, expected, good } of wanted) {
    const { offset, length } = block;
    for (const point of block.points) {
      throwIfCancelled(options.signal);
      const state = states.find(({ id }) => id === point)!;
      try {
        if (good === null) {
          // What another block's repair has written may have been all that was wrong with it.
          if (isGoodNow(container, state, offset, expected, options.fingerprint)) continue;
          throw nothingGood(state, offset, other);
        }
        const overwritten = writeGood(container, state, offset, good.bytes, options.store);
        requireGood(container, state, offset, expected, options.fingerprint);
        // Where states share storage, the first repair was that of all.
        if (overwritten.length > 0) repaired.push({ point, offset, length, from: good.from, overwritten });
      } catch (error) {
        if (!StorageError.isDamage(error)) throw error;
        left.push({ point, offset, length, error: error.toJSON() });
      }
    }
  }
  return { repaired, left };
}

/** Throws when there is nothing at `other` to repair from: what takes long does not begin then. */
export async function requireSource(other: string, signal?: AbortSignal): Promise<void> {
  const stat = statSync(other, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw notFound('REPAIR_SOURCE_MISSING', `${other}, from which to repair, does not exist`, {
      image: other,
      hint: 'check the path: --repair-from takes the root of a pool, or an image',
    });
  }
  await using _opened = stat.isDirectory() ? await openPool(other, { signal }) : await openImage(other, { signal });
}

function nothingGood({ path }: State, offset: number, other: string): StorageError {
  return new StorageError('not-found', 'REPAIR_NO_SOURCE', `${other} has no good copy of the block at ${offset}`, {
    image: path,
    structure: 'virtual disk',
    offset,
    hint: 'try another pool or copy; a consistency check takes the block from the protected server',
  });
}

/** Asks one source after the other for all blocks that are still missing. */
async function findGood(wanted: readonly Wanted[], other: string, options: RepairOptions): Promise<void> {
  if (!statSync(other).isDirectory()) {
    await using image = await openImage(other, { signal: options.signal });
    for (const one of wanted) take(one, image.disk, other, options.fingerprint);
    return;
  }
  await using pool = await openPool(other, { signal: options.signal });
  for (const { folders } of pool.containers) {
    for (const folder of folders) takeFromContainer(wanted, new Container(options.store, portable(folder)), options);
  }
}

function takeFromContainer(wanted: readonly Wanted[], source: Container, { fingerprint, signal }: RepairOptions): void {
  for (const state of source.states().toReversed()) {
    throwIfCancelled(signal);
    const missing = wanted.filter(({ good }) => good === null);
    if (missing.length === 0) return;
    try {
      const mayHave = missing.filter((one) => claims(source, state, one, fingerprint));
      if (mayHave.length === 0) continue;
      const opened = source.open(state);
      try {
        for (const one of mayHave) take(one, opened.disk, state.path, fingerprint);
      } finally {
        opened.close();
      }
    } catch (error) {
      if (!StorageError.isDamage(error)) throw error; // a state that cannot be read is no source
    }
  }
}

/** Whether the state's own fingerprints say that it has the block; without any it is worth a look. */
function claims(source: Container, state: State, { block, expected }: Wanted, fingerprint: Fingerprinter): boolean {
  if (state.facts === null || state.guid === null) return true;
  using sidecar: Sidecar = openSidecar(source.store, source.path, state.guid, fingerprint);
  if (sidecar.facts.blockSize < block.length || block.offset % sidecar.facts.blockSize !== 0) return true;
  const found = new Uint8Array(FINGERPRINT_SIZE);
  sidecar.fingerprint(block.offset / sidecar.facts.blockSize, found, 0);
  return sameFingerprint(found, 0, expected, 0);
}

function take(one: Wanted, disk: AddressMap, from: string, fingerprint: Fingerprinter): void {
  const { offset, length } = one.block;
  if (one.good !== null || offset + length > disk.size) return;
  const bytes = new Uint8Array(length);
  try {
    readMap(disk, offset, bytes);
  } catch (error) {
    if (StorageError.isDamage(error)) return;
    throw error;
  }
  if (isGood(bytes, one.expected, fingerprint)) one.good = { bytes, from };
}

function isGood(bytes: Uint8Array, expected: Uint8Array, fingerprint: Fingerprinter): boolean {
  const found = new Uint8Array(FINGERPRINT_SIZE);
  if (!isZero(bytes)) fingerprint(bytes, found, 0);
  return sameFingerprint(found, 0, expected, 0);
}

function fingerprintOf(container: Container, { guid }: State, offset: number, fingerprint: Fingerprinter): Uint8Array {
  using sidecar = openSidecar(container.store, container.path, guid!, fingerprint);
  const expected = new Uint8Array(FINGERPRINT_SIZE);
  sidecar.fingerprint(offset / sidecar.facts.blockSize, expected, 0);
  return expected;
}

function isGoodNow(...block: Parameters<typeof requireGood>): boolean {
  try {
    requireGood(...block);
    return true;
  } catch (error) {
    if (StorageError.isDamage(error)) return false;
    throw error;
  }
}

function requireGood(
  container: Container,
  state: State,
  offset: number,
  expected: Uint8Array,
  fingerprint: Fingerprinter,
): void {
  using sidecar = openSidecar(container.store, container.path, state.guid!, fingerprint);
  const opened = container.open(state);
  try {
    const bytes = new Uint8Array(Math.min(sidecar.facts.blockSize, opened.disk.size - offset));
    readMap(opened.disk, offset, bytes);
    if (isGood(bytes, expected, fingerprint)) return;
    throw new StorageError('io', 'REPAIR_FAILED', `${state.path}: the block at ${offset} is still damaged`, {
      image: state.path,
      offset,
      hint: 'the storage may be failing: copy the pool to another disk',
    });
  } finally {
    opened.close();
  }
}

/** Overwrites the sectors of the block that differ, each where it lives. */
function writeGood(
  container: Container,
  state: State,
  offset: number,
  good: Uint8Array,
  store: FileStore,
): Overwritten[] {
  const opened = container.open(state);
  const overwritten: Overwritten[] = [];
  const misplaced: { start: number; end: number }[] = [];
  try {
    for (const extent of resolveExtents(opened.disk, offset, good.length)) {
      const start = extent.offset - offset;
      const wanted = good.subarray(start, start + extent.length);
      if (extent.kind === 'data') overwritten.push(...overwrite(extent.file, extent.fileOffset, wanted, store));
      else
        misplaced.push(
          ...differing(opened.disk, extent.offset, wanted).map((run) => ({
            start: start + run.start,
            end: start + run.end,
          })),
        );
    }
    if (misplaced.length === 0) return overwritten;
    // The state's own structures say that nothing, or something else, is stored here: they are changed through the log.
    using disk = VhdxWriter.open(store.openWritable(state.path), {
      dataWriteGuid: 'keep',
      ...(opened.disk.parent === null ? {} : { parent: opened.disk.parent }),
    });
    for (const { start, end } of misplaced) {
      disk.write(offset + start, good.subarray(start, end));
      overwritten.push({ file: state.path, fileOffset: -1, length: end - start, was: null });
    }
    disk.close();
    return overwritten;
  } finally {
    opened.close();
  }
}

function overwrite(file: ByteFile, fileOffset: number, good: Uint8Array, store: FileStore): Overwritten[] {
  const found = readOrNull((target) => file.read(fileOffset, target), good.length);
  const runs = found === null ? [{ start: 0, end: good.length }] : sectorRuns(found, good);
  if (runs.length === 0) return [];
  const target = store.openWritable(file.path ?? file.name);
  try {
    for (const { start, end } of runs) target.write(fileOffset + start, good.subarray(start, end));
    target.flush();
  } finally {
    target.close();
  }
  return runs.map(({ start, end }) => ({
    file: file.name,
    fileOffset: fileOffset + start,
    length: end - start,
    was: found === null ? null : Buffer.from(found.subarray(start, Math.min(end, start + KEPT_MAX))).toString('hex'),
  }));
}

function differing(disk: AddressMap, offset: number, good: Uint8Array): { start: number; end: number }[] {
  const found = readOrNull((target) => readMap(disk, offset, target), good.length);
  return found === null ? [{ start: 0, end: good.length }] : sectorRuns(found, good);
}

function readOrNull(read: (target: Uint8Array) => number, length: number): Uint8Array | null {
  const bytes = new Uint8Array(length);
  try {
    return read(bytes) === length ? bytes : null;
  } catch (error) {
    if (StorageError.isDamage(error)) return null;
    throw error;
  }
}

/** Neighbouring sectors that are not equal. */
function sectorRuns(found: Uint8Array, good: Uint8Array): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  for (let start = 0; start < good.length; start += SECTOR) {
    const end = Math.min(good.length, start + SECTOR);
    if (Buffer.compare(found.subarray(start, end), good.subarray(start, end)) === 0) continue;
    const last = runs.at(-1);
    if (last?.end === start) last.end = end;
    else runs.push({ start, end });
  }
  return runs;
}

function portable(path: string): string {
  return path.replaceAll('\\', '/');
}
