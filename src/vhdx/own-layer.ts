/** A differencing disk without its parent: what it holds itself, what it says is zero, what it leaves to the parent. */

import type { DiskImage } from '../disk/disk-image.ts';
import type { AddressMap, ComputedBytes, ExtentSink } from '../map/address-map.ts';
import { requireRange } from '../map/address-map.ts';
import { isVhdx, VhdxFile } from './vhdx-file.ts';

/** The leaf that stands for the parent's bytes. Whoever meets it must not read it. */
export const PARENTS: ComputedBytes = {
  what: "the parent's",
  read: () => {
    throw new Error('bytes of the parent were to be left alone');
  },
};

/** Opens the disk without looking for its parent: what that would give is a leaf of PARENTS. */
export function openOwnLayer(container: AddressMap, name: string): VhdxFile {
  return VhdxFile.open(container, {
    name,
    openParent: ({ size, logicalSectorSize }) => new Absent(size, logicalSectorSize),
  });
}

class Absent implements DiskImage {
  readonly format = 'vhdx';
  readonly type = 'dynamic';
  readonly name = "the parent's";
  readonly blockSize = null;
  readonly parent = null;
  readonly findings = [];
  readonly dataIdentity = null;
  readonly size: number;
  readonly logicalSectorSize: number;

  constructor(size: number, logicalSectorSize: number) {
    this.size = size;
    this.logicalSectorSize = logicalSectorSize;
  }

  resolve(offset: number, length: number, at: number, sink: ExtentSink): void {
    requireRange(this, offset, length);
    if (length > 0) sink.computed(at, length, PARENTS, offset);
  }

  describe(): Record<string, unknown> {
    return {};
  }

  check(): [] {
    return [];
  }
}

/** DataWriteGuids by which the disk names its parent; none for a disk that has no parent, or is no VHDX. */
export function readParentIdentities(container: AddressMap): readonly string[] {
  if (!isVhdx(container)) return [];
  let identities: readonly string[] = [];
  VhdxFile.open(container, {
    name: '',
    openParent: (request) => {
      identities = request.identities;
      return new Absent(request.size, request.logicalSectorSize);
    },
  });
  return identities;
}
