/**
 * A virtual disk in another container: raw, VHD (fixed, dynamic), VHDX (fixed, dynamic). The result stands alone, whatever
 * the source differed from.
 *
 * What has no bytes in the source gets none: blocks that are absent or zero stay so, zeros in its data are found and left
 * out. UNDEFINED and UNMAPPED, which backup programs tell apart from zeros, are kept where the blocks are the same.
 * Dynamic results are written block by block here; results whose bytes lie in one row are the copy engine's.
 */

import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import { alignDown, alignUp, isZero, MIB } from '../base/bytes.ts';
import type { UnreadableRange } from '../copy/careful-read.ts';
import { CopyEngine } from '../copy/copy-engine.ts';
import { HostHoleMap } from '../copy/host-holes.ts';
import type { DiskImage } from '../disk/disk-image.ts';
import { invalidArgument, StorageError, unsupported } from '../errors.ts';
import { openImage } from '../image/image.ts';
import type { OpenOptions } from '../image/source.ts';
import type { WritableFile } from '../io/file-store.ts';
import type { ByteRange, HostFiles } from '../io/host-files.ts';
import { extentsOf, resolveExtents } from '../map/extent.ts';
import { FileMap } from '../map/maps.ts';
import { readMap } from '../map/read-map.ts';
import { convertToRaw } from '../recovery/export-raw.ts';
import { footerOf, requireVhdSize, VhdBuilder } from '../vhd/vhd-builder.ts';
import { type CreateParams, createVhdx } from '../vhdx/create-vhdx.ts';
import { PayloadBlockState } from '../vhdx/format.ts';
import { openOwnLayer } from '../vhdx/own-layer.ts';
import { buildVhdx } from '../vhdx/vhdx-builder.ts';
import { VhdxFile } from '../vhdx/vhdx-file.ts';
import { drive, type NewFileOptions, withNewFile } from './host.ts';

export type ConvertFormat = 'raw' | 'vhd' | 'vhdx';

export type ConvertOptions = NewFileOptions & {
  /** From the extension of `out` unless given: `.vhdx`, `.vhd`, anything else is raw. */
  readonly format?: ConvertFormat | undefined;
  /** Dynamic unless given; raw images have no types. */
  readonly type?: 'dynamic' | 'fixed' | undefined;
  /** Of a VHDX; the source's, where the result is dynamic, unless given. */
  readonly blockSize?: number | undefined;
  /** Replace what cannot be read by zeros, and list it, instead of failing. */
  readonly salvage?: boolean | undefined;
  readonly threads?: 1 | 2 | undefined;
  /** Makes a raw result durable too; containers always are. */
  readonly sync?: boolean | undefined;
  readonly open?: OpenOptions | undefined;
};

export type ConvertReport = {
  readonly image: string;
  readonly out: string;
  readonly format: ConvertFormat;
  readonly type: 'dynamic' | 'fixed' | 'raw';
  /** Bytes of the virtual disk. */
  readonly size: number;
  /** Bytes that came from the source. */
  readonly payloadBytes: number;
  /** Of these, bytes that share the source's blocks and were not copied; raw results only. */
  readonly clonedBytes?: number;
  readonly unreadable: readonly UnreadableRange[];
};

export function formatOf(out: string): ConvertFormat {
  const extension = /\.(a?vhdx?)$/i.exec(out)?.[1]?.toLowerCase();
  return extension === undefined ? 'raw' : extension.endsWith('x') ? 'vhdx' : 'vhd';
}

/** Writes the disk to `out`. On any failure `out` is as it was. */
export async function convertImage(source: string, out: string, options: ConvertOptions = {}): Promise<ConvertReport> {
  const format = options.format ?? formatOf(out);
  const type = format === 'raw' ? 'raw' : (options.type ?? 'dynamic');
  requireUse(format, options);
  await using image = await openImage(source, { ...options.open, signal: options.signal });
  const { disk, sectorSize } = image;
  if (image.readsFrom(out)) {
    throw invalidArgument('CONVERT_ONTO_SOURCE', `${out} is what the image is read from`, {
      image: out,
      hint: 'choose another name for the result',
    });
  }
  const job: Job = { ...options, disk, sectorSize, source, format, size: alignUp(disk.size, sectorSize) };
  if (format === 'vhd') requireVhd(job);
  const outcome =
    format === 'raw'
      ? await convertRaw(job, out)
      : await withNewFile(out, options, (file, partial) =>
          type === 'dynamic' ? convertBlocks(job, file) : convertRow(job, file, partial),
        );
  return { image: source, out, format, type, size: format === 'raw' ? disk.size : job.size, ...outcome };
}

/** An option that says nothing of this result is a mistake, not to be passed over. */
function requireUse(format: ConvertFormat, { type, blockSize, dense }: ConvertOptions): void {
  if (format === 'raw' && type !== undefined) {
    throw invalidArgument('CONVERT_TYPE', `a raw image is not ${type}: it has no blocks`);
  }
  if (format !== 'vhdx' && blockSize !== undefined) {
    throw invalidArgument('CONVERT_BLOCK', `a block size is for a VHDX, the result is ${format}`);
  }
  if (format === 'raw' && dense === true) {
    throw invalidArgument('CONVERT_DENSE', 'a raw image keeps its holes: only VHDX and VHD are written without', {
      hint: 'leave out --dense; `cp --sparse=never` fills the holes of a copy',
    });
  }
}

/** What the host stores nowhere is not read: images of thin disks are half holes. */
async function convertRaw(job: Job, out: string): Promise<Outcome> {
  const map = job.host === undefined ? job.disk : new HostHoleMap(job.disk, job.host);
  return convertToRaw(map, out, { ...job, onBytes: progressOf(job) });
}

/** A conversion: its options, the open disk, and the size of the result, of whole sectors. */
type Job = ConvertOptions & {
  readonly disk: DiskImage;
  readonly sectorSize: 512 | 4096;
  readonly source: string;
  readonly format: ConvertFormat;
  readonly size: number;
};

function requireVhd({ sectorSize, size }: Job): void {
  requireVhdSize(size);
  if (sectorSize === 512) return;
  throw unsupported('CONVERT_SECTOR_SIZE', `a VHD has sectors of 512 bytes, this disk has ${sectorSize}`, {
    hint: 'write a VHDX',
  });
}

function progressOf({ disk, source, onProgress }: Job): (bytes: number) => void {
  let done = 0;
  return (bytes) => onProgress?.((done += bytes), disk.size, source);
}

type Outcome = Pick<ConvertReport, 'payloadBytes' | 'unreadable'>;
/** What takes the blocks of a dynamic disk. */
type Target = { readonly blockSize: number; write(offset: number, bytes: Uint8Array): void; close(): void };

function vhdxParams({
  disk,
  sectorSize,
  size,
}: Job): Pick<CreateParams, 'size' | 'logicalSectorSize' | 'virtualDiskId'> {
  const id = disk.format === 'vhdx' ? disk.describe()['virtualDiskId'] : undefined;
  return {
    size,
    logicalSectorSize: sectorSize,
    ...(typeof id === 'string' ? { virtualDiskId: id } : {}),
  };
}

function convertBlocks(job: Job, file: WritableFile): Promise<Outcome> {
  const target = job.format === 'vhd' ? new VhdBuilder(file, job.size) : startVhdx(job, file);
  return drive(copyBlocks(job, target), job.source, job);
}

function startVhdx(job: Job, file: WritableFile): Target {
  const { disk, size } = job;
  const blockSize = job.blockSize ?? (disk.format === 'vhdx' ? (disk.blockSize ?? undefined) : undefined);
  const target = buildVhdx(file, {
    ...vhdxParams(job),
    type: 'dynamic',
    ...(blockSize === undefined ? {} : { blockSize }),
  });
  if (disk instanceof VhdxFile && disk.blockSize === target.blockSize) {
    for (const { block, state } of disk.hollowBlocks()) {
      const length = Math.min(target.blockSize, size - block * target.blockSize);
      target.trim(block * target.blockSize, length, state === PayloadBlockState.Unmapped ? 'unmapped' : 'undefined');
    }
  }
  return target;
}

function* copyBlocks({ disk, sectorSize, salvage, host }: Job, target: Target) {
  const buffer = new Uint8Array(MIB);
  const unreadable: UnreadableRange[] = [];
  let payloadBytes = 0;
  for (const { offset, length } of wholeSectors(heldRanges(disk, host), sectorSize, disk.size)) {
    for (let at = offset; at < offset + length; ) {
      const part = buffer.subarray(0, Math.min(MIB - (at % MIB), offset + length - at));
      readPiece(disk, at, part, salvage === true ? unreadable : null);
      // A raw image may end within a sector.
      const whole = part.length % sectorSize === 0 ? part : padded(part, sectorSize);
      if (!isZero(part)) target.write(at, whole);
      payloadBytes += part.length;
      at += part.length;
      yield { done: at, total: disk.size };
    }
  }
  target.close();
  return { payloadBytes, unreadable };
}

/** Holes of the host may begin and end inside a sector. */
function* wholeSectors(ranges: Iterable<ByteRange>, sectorSize: number, size: number): Generator<ByteRange> {
  let told = 0;
  for (const { offset, length } of ranges) {
    const start = Math.max(told, alignDown(offset, sectorSize));
    told = Math.min(size, alignUp(offset + length, sectorSize));
    if (told > start) yield { offset: start, length: told - start };
  }
}

/** Where the disk may hold something other than zeros: its leaves, without the holes of the files they lie in. */
function* heldRanges(disk: DiskImage, host: HostFiles | undefined): Generator<ByteRange> {
  for (const extent of extentsOf(disk)) {
    if (extent.kind === 'zero') continue;
    const file = extent.kind === 'data' ? extent.file.host : undefined;
    const from = extent.kind === 'data' ? extent.fileOffset : 0;
    const ranges = file === undefined ? null : (host?.dataRanges(file, from, from + extent.length) ?? null);
    if (ranges === null) yield extent;
    else for (const { offset, length } of ranges) yield { offset: extent.offset + offset - from, length };
  }
}

function padded(bytes: Uint8Array, unit: number): Uint8Array {
  const whole = new Uint8Array(alignUp(bytes.length, unit));
  whole.set(bytes);
  return whole;
}

/** Reads the piece; with a list for what cannot be read, sector by sector where the whole fails. */
function readPiece(disk: DiskImage, at: number, part: Uint8Array, unreadable: UnreadableRange[] | null): void {
  try {
    readMap(disk, at, part);
  } catch (error) {
    if (unreadable === null || !StorageError.isDamage(error)) throw error;
    if (part.length > SALVAGE_UNIT) {
      for (let done = 0; done < part.length; done += SALVAGE_UNIT) {
        readPiece(disk, at + done, part.subarray(done, done + SALVAGE_UNIT), unreadable);
      }
      return;
    }
    part.fill(0);
    const last = unreadable.at(-1);
    if (last !== undefined && last.offset + last.length === at && last.error.code === error.code)
      last.length += part.length;
    else unreadable.push({ offset: at, length: part.length, error: error.toJSON() });
  }
}

const SALVAGE_UNIT = 512;

/** Results whose bytes lie in one row: fixed VHD (a footer behind them), fixed VHDX (structures before them). */
async function convertRow(job: Job, file: WritableFile, partial: string): Promise<Outcome> {
  const { disk, format, size } = job;
  let shift = 0;
  if (format === 'vhdx') {
    const { blockSize } = job;
    createVhdx(file, { ...vhdxParams(job), type: 'fixed', ...(blockSize === undefined ? {} : { blockSize }) });
    const [first] = resolveExtents(openOwnLayer(new FileMap(file), partial), 0, 512);
    shift = first?.kind === 'data' ? first.fileOffset : 0;
  } else {
    file.truncate(size);
    file.write(size, footerOf(size, 'fixed'));
  }
  const fd = openSync(partial, 'r+');
  try {
    await using engine = new CopyEngine({ threads: job.threads ?? 2 });
    const outcome = await engine.copy(disk, {
      target: { path: partial, fd },
      shift,
      detectZeros: true, // the target's bytes are zeros: what is left out stays so
      salvage: job.salvage,
      signal: job.signal,
      onBytes: progressOf(job),
    });
    fdatasyncSync(fd);
    return { payloadBytes: outcome.payloadBytes, unreadable: outcome.unreadable };
  } finally {
    closeSync(fd);
  }
}
