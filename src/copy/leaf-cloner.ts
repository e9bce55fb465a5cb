/**
 * Copying without copying: where the target lies on the file system that holds the image, and that can share blocks
 * between files, the data leaves of a map become the target's blocks as they are. What is left (edges that are no whole
 * blocks, computed bytes) is copied.
 *
 * 1. The result is byte for byte what a copy would be. Bytes that are cloned are not read, so a bad sector under them
 *    is not met: whoever salvages must copy.
 * 2. Whether it works is found by trying. What the file system refuses is copied, and not tried again for that file.
 * 3. The platform's functions are loaded when a file comes up for which they could be of use.
 */

import { fstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { alignDown, alignUp } from '../base/bytes.ts';
import { RangeList } from '../base/range-list.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { HostFile, HostFiles } from '../io/host-files.ts';
import { linuxFileSystemName } from '../io/portable-host-files.ts';
import { type AddressMap, type ExtentSink, requireRange } from '../map/address-map.ts';
import { extentsOf } from '../map/extent.ts';
import type { CopyEngine } from './copy-engine.ts';
import type { CopyOptions, CopyOutcome } from './copy-run.ts';

/** Shorter leaves are copied sooner than shared, and would leave the target in crumbs. */
const CLONE_MIN = 64 * 1024;
/** Linux file systems that never share blocks between files. */
const NEVER = new Set(['ext4', 'tmpfs', 'overlay', 'nfs', 'fuse', 'vfat', 'exfat', 'ntfs', 'squashfs']);

/** The platform's functions, or how to load them when they are first of use. */
export type HostSource = HostFiles | (() => Promise<HostFiles>);

/** Whether what lies in the file might be cloned into a folder, as far as one can say without trying. */
export function mayShare({ host }: ByteFile, folder: string): boolean {
  if (host === undefined || NEVER.has(linuxFileSystemName(folder) ?? '')) return false;
  return fstatSync(host.fd, { bigint: true }).dev === statSync(folder, { bigint: true }).dev;
}

export type ClonedPart = {
  /** The bytes that are in the target already. */
  readonly clonedBytes: number;
  /** The map with those bytes as zeros that are stored nowhere: what a copy leaves out. */
  readonly rest: AddressMap;
};

export class LeafCloner {
  readonly #load: HostSource;
  readonly #fileSystemName: (folder: string) => string | null;
  /** By identity: whether it lies on the target's device and can be shared. */
  readonly #sources = new Map<string, boolean>();
  #host: HostFiles | undefined;

  constructor(load: HostSource, fileSystemName: (folder: string) => string | null = linuxFileSystemName) {
    this.#load = load;
    this.#fileSystemName = fileSystemName;
  }

  /** Clones what it can of a range of the map into the new file `target`, which has its full size and is open for writing. */
  async clone(map: AddressMap, target: HostFile, offset: number, length: number): Promise<ClonedPart> {
    const { dev, blksize } = fstatSync(target.fd, { bigint: true });
    const cloned = new RangeList();
    const nothing = { clonedBytes: 0, rest: map };
    if (NEVER.has(this.#fileSystemName(dirname(target.path)) ?? '')) return nothing;
    for (const extent of extentsOf(map, offset, length)) {
      if (extent.kind !== 'data' || extent.length < CLONE_MIN) continue;
      const source = this.#source(extent.file, dev);
      const unit = Number(blksize);
      if (source === null || (extent.fileOffset - extent.offset) % unit !== 0) continue;
      const start = alignUp(extent.offset, unit);
      const size = alignDown(extent.offset + extent.length, unit) - start;
      if (size < CLONE_MIN) continue;
      this.#host ??= typeof this.#load === 'function' ? await this.#load() : this.#load;
      const outcome = this.#host.cloneRange(source, extent.fileOffset + start - extent.offset, size, target, start);
      if (outcome === 'cloned') cloned.add(start, size);
      else if (outcome === 'unsupported') this.#sources.set(extent.file.identity, false);
    }
    if (cloned.count === 0) return nothing;
    return { clonedBytes: cloned.bytes, rest: new WithoutRanges(map, cloned) };
  }

  /** The leaf's open file; null where it lies on another device, has refused before, or is no file of its own. */
  #source({ identity, host }: ByteFile, device: bigint): HostFile | null {
    if (host === undefined) return null;
    let isUseful = this.#sources.get(identity);
    if (isUseful === undefined) {
      isUseful = fstatSync(host.fd, { bigint: true }).dev === device;
      this.#sources.set(identity, isUseful);
    }
    return isUseful ? host : null;
  }
}

/**
 * `CopyEngine.copy` into a new file, with a cloner where there is one. With salvage everything is copied: what is cloned is
 * not read, and its bad sectors would stay unknown. A digest reads everything all the same, once.
 */
export async function copyOrClone(
  engine: CopyEngine,
  cloner: LeafCloner | null,
  map: AddressMap,
  options: CopyOptions,
): Promise<CopyOutcome & { readonly clonedBytes: number }> {
  const { target, hash, offset = 0 } = options;
  const length = options.length ?? map.size - offset;
  if (cloner === null || target === null || options.salvage === true || options.shift !== undefined) {
    return { ...(await engine.copy(map, options)), clonedBytes: 0 };
  }
  const { clonedBytes, rest } = await cloner.clone(map, target, offset, length);
  if (clonedBytes === 0) return { ...(await engine.copy(map, options)), clonedBytes };
  const outcome = await engine.copy(rest, { ...options, hash: undefined });
  if (hash !== undefined) await engine.copy(map, { ...options, target: null, onBytes: undefined });
  return { ...outcome, payloadBytes: outcome.payloadBytes + clonedBytes, clonedBytes };
}

/** A map of which some ranges count as stored nowhere. */
class WithoutRanges implements AddressMap {
  readonly size: number;
  readonly #map: AddressMap;
  readonly #ranges: RangeList;

  constructor(map: AddressMap, ranges: RangeList) {
    this.size = map.size;
    this.#map = map;
    this.#ranges = ranges;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    requireRange(this, offset, length);
    const shift = at - offset;
    let told = offset;
    this.#ranges.within(offset, length, (start, part) => {
      if (start > told) this.#map.resolve(told, start - told, told + shift, sink);
      sink.zero(start + shift, part);
      told = start + part;
    });
    const rest = offset + length - told;
    if (rest > 0) this.#map.resolve(told, rest, told + shift, sink);
  }
}
