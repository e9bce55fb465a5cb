/**
 * A new VHDX with its contents, in a file that nobody has seen: blocks are written as they come, in any order, then BAT
 * and headers, then one flush, by `close`. Until then, or until it is settled, the file has no headers and is no VHDX to
 * anybody.
 */

import type { WritableFile } from '../io/file-store.ts';
import { type AddressMap, type ExtentSink, requireRange } from '../map/address-map.ts';
import { BytesLeaf } from '../map/maps.ts';
import { type CreateParams, type Skeleton, writeSkeleton } from './create-vhdx.ts';
import { HEADER, HEADER_OFFSETS } from './format.ts';
import { readParts } from './vhdx-parts.ts';
import { VhdxWriter, type WriterOptions } from './vhdx-writer.ts';

export type BuilderOptions = Pick<WriterOptions, 'name' | 'parent' | 'newGuid'>;

/** Starts the disk. The writer that comes back owns the file. */
export function buildVhdx(file: WritableFile, params: CreateParams, options: BuilderOptions = {}): VhdxWriter {
  const skeleton = writeSkeleton(file, params);
  const parts = readParts(new UnfinishedFile(file, skeleton), { name: options.name ?? file.name }, []);
  const { fileWriteGuid, dataWriteGuid } = skeleton.header;
  const guids = [fileWriteGuid];
  return VhdxWriter.openNew(file, parts, {
    ...options,
    dataWriteGuid,
    newGuid: () => guids.pop() ?? options.newGuid?.() ?? crypto.randomUUID(),
  });
}

/** The file as it will be when its headers are written. */
class UnfinishedFile implements AddressMap {
  readonly #file: WritableFile;
  readonly #headers: readonly BytesLeaf[];

  constructor(file: WritableFile, { headers }: Skeleton) {
    this.#file = file;
    this.#headers = headers.map(({ bytes }) => new BytesLeaf(bytes, 'header that is not written yet'));
  }

  get size(): number {
    return this.#file.size;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    requireRange(this, offset, length);
    const slot = HEADER_OFFSETS.findIndex((start) => offset >= start && offset + length <= start + HEADER.SIZE);
    if (slot >= 0) sink.computed(at, length, this.#headers[slot]!, offset - HEADER_OFFSETS[slot]!);
    else if (length > 0) sink.data(at, length, this.#file, offset);
  }
}
