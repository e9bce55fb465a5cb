/** Stands in for a parent that is not asked: what a child takes from it is a computed leaf of `BELOW`. */

import { unsupported } from '../errors.ts';
import { type ExtentSink, unreadable } from '../map/address-map.ts';
import type { DiskImage } from './disk-image.ts';

/** The leaf that marks what belongs to the parent; reading it throws. */
export const BELOW = unreadable(unsupported('PARENT_NOT_ASKED', 'this range belongs to the parent'));

export class BelowDisk implements DiskImage {
  readonly format = 'vhdx';
  readonly type = 'dynamic';
  readonly name = 'parent';
  readonly blockSize = null;
  readonly parent = null;
  readonly findings = [];
  readonly dataIdentity = null;
  readonly size: number;
  readonly logicalSectorSize: number;

  /** `size`: the parent's; past its end a larger child reads zeros. */
  constructor({ size, logicalSectorSize }: { readonly size: number; readonly logicalSectorSize: number }) {
    this.size = size;
    this.logicalSectorSize = logicalSectorSize;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    if (length > 0) sink.computed(at, length, BELOW, offset);
  }

  describe(): Record<string, unknown> {
    return {};
  }

  check(): [] {
    return [];
  }
}
