/**
 * What is backed up: a device, an image of any kind, or a stream. A stream is written to a sparse file in the pool first,
 * since its size has to be known and its blocks are read twice; the file has no name where the system allows it, and is
 * gone with the process.
 */

import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { isZero } from '../base/bytes.ts';
import { asStorageError, throwIfCancelled } from '../errors.ts';
import { openImage } from '../image/image.ts';
import type { OpenOptions } from '../image/source.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { ByteRange, HostFiles } from '../io/host-files.ts';
import { readFully } from '../io/read-fully.ts';
import { type AddressMap, type ExtentSink, requireRange } from '../map/address-map.ts';
import { FileMap } from '../map/maps.ts';
import type { BackupSource } from './job.ts';

export type OpenBackupSource = BackupSource & { close(): Promise<void> };

/** A locator as openImage takes it. With `host` the holes of a raw image are known without reading them. */
export async function openBackupSource(
  locator: string,
  options: OpenOptions = {},
  host?: HostFiles,
): Promise<OpenBackupSource> {
  const image = await openImage(locator, options);
  const { format } = image.disk;
  // A raw image says nothing of sectors of 512 bytes, unless it has a GPT.
  const isTold512 = format !== 'raw' || image.partitionTable.scheme === 'gpt';
  const logicalSectorSize = isTold512 || image.sectorSize !== 512 ? image.sectorSize : undefined;
  const { map } = image.source;
  const file = map instanceof FileMap ? map.file.host : undefined;
  if (host === undefined || format !== 'raw' || file === undefined) {
    return { name: locator, disk: image.disk, logicalSectorSize, close: () => image.close() };
  }
  const isTold = host.dataRanges(file, 0, 1) !== null;
  const disk = isTold ? new SparseMap(image.disk, (from, to) => host.dataRanges(file, from, to)!) : image.disk;
  return { name: locator, disk, logicalSectorSize, close: () => image.close() };
}

/** A map whose holes are zeros without being read. */
class SparseMap implements AddressMap {
  readonly #below: AddressMap;
  readonly #dataRanges: (from: number, to: number) => Iterable<ByteRange>;

  constructor(below: AddressMap, dataRanges: (from: number, to: number) => Iterable<ByteRange>) {
    this.#below = below;
    this.#dataRanges = dataRanges;
  }

  get size(): number {
    return this.#below.size;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    requireRange(this, offset, length);
    const shift = at - offset;
    let position = offset;
    for (const range of this.#dataRanges(offset, offset + length)) {
      if (range.offset > position) sink.zero(position + shift, range.offset - position);
      this.#below.resolve(range.offset, range.length, range.offset + shift, sink);
      position = range.offset + range.length;
    }
    if (offset + length > position) sink.zero(position + shift, offset + length - position);
  }
}

const PIECE = 64 * 1024;

/** Reads the stream to its end, into a file in `folder`. */
export async function spoolStream(
  stream: AsyncIterable<Uint8Array>,
  folder: string,
  options: { readonly signal?: AbortSignal | undefined; readonly onBytes?: (bytes: number) => void } = {},
): Promise<OpenBackupSource> {
  const spool = new Spool(`${folder}/spool-${crypto.randomUUID()}`);
  try {
    for await (const chunk of stream) {
      throwIfCancelled(options.signal);
      spool.append(chunk);
      options.onBytes?.(spool.size);
    }
    spool.end();
  } catch (error) {
    spool.close();
    throw asStorageError(error, { image: spool.name });
  }
  return { name: 'stream', disk: new FileMap(spool), close: async () => spool.close() };
}

class Spool implements ByteFile {
  readonly name = 'stream';
  readonly path = null;
  readonly identity: string;
  size = 0;
  readonly #path: string;
  #fd: number;

  constructor(path: string) {
    this.#path = path;
    this.identity = path;
    this.#fd = openSync(path, 'wx+', 0o600);
    if (process.platform !== 'win32') rmSync(path);
  }

  append(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const piece = chunk.subarray(at, at + PIECE);
      if (!isZero(piece)) this.#write(piece);
      this.size += piece.length;
    }
  }

  /** The zeros at its end count too. */
  end(): void {
    ftruncateSync(this.#fd, this.size);
  }

  read(offset: number, target: Uint8Array): number {
    return readFully(this.#fd, this.name, offset, target);
  }

  close(): void {
    if (this.#fd < 0) return;
    closeSync(this.#fd);
    this.#fd = -1;
    if (process.platform === 'win32') rmSync(this.#path, { force: true });
  }

  #write(piece: Uint8Array): void {
    for (let done = 0; done < piece.length; )
      done += writeSync(this.#fd, piece, done, piece.length - done, this.size + done);
  }
}
