/** A disk without a container: every byte is the guest's. */

import type { Finding } from '../errors.ts';
import type { AddressMap, ExtentSink } from '../map/address-map.ts';
import type { DiskImage } from './disk-image.ts';

const SECTOR_SIZE = 512; // a raw image does not say; partition tables tell their own

export class RawImage implements DiskImage {
  readonly format = 'raw';
  readonly type = 'raw';
  readonly name: string;
  readonly logicalSectorSize = SECTOR_SIZE;
  readonly blockSize = null;
  readonly parent = null;
  readonly findings: readonly Finding[] = [];
  readonly dataIdentity = null;
  readonly #bytes: AddressMap;

  constructor(bytes: AddressMap, name: string) {
    this.#bytes = bytes;
    this.name = name;
  }

  get size(): number {
    return this.#bytes.size;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    this.#bytes.resolve(offset, length, at, sink);
  }

  describe(): Record<string, unknown> {
    return { size: this.size };
  }

  *check(): Iterable<Finding> {}
}
