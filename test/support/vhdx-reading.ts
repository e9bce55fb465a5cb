/** What VHDX tests do with an open disk: read it whole by pieces, name its leaves, expect a coded error. */

import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { DiskImage, OpenParent } from '../../src/disk/disk-image.ts';
import { StorageError } from '../../src/errors.ts';
import type { ByteFile } from '../../src/io/byte-file.ts';
import type { AddressMap } from '../../src/map/address-map.ts';
import { extentsOf } from '../../src/map/extent.ts';
import { FileMap } from '../../src/map/maps.ts';
import { readBytes, readMap } from '../../src/map/read-map.ts';
import { VhdxFile } from '../../src/vhdx/vhdx-file.ts';

const MIB = 2 ** 20;

const noParent: OpenParent = () => {
  throw new Error('this disk was not to ask for a parent');
};

export function openVhdx(file: ByteFile, openParent: OpenParent = noParent, ignoresDamagedLog = false): VhdxFile {
  return VhdxFile.open(new FileMap(file), { name: file.name, openParent, ignoresDamagedLog });
}

/** A parent that is already open. */
export function over(parent: DiskImage): OpenParent {
  return () => parent;
}

/** sha256 of the whole map; holes are hashed, not read. */
export function sha256Of(map: AddressMap): string {
  const hash = createHash('sha256');
  const zeros = new Uint8Array(MIB);
  const buffer = new Uint8Array(MIB);
  for (const extent of extentsOf(map)) {
    for (let done = 0; done < extent.length; done += MIB) {
      const length = Math.min(MIB, extent.length - done);
      if (extent.kind === 'zero') hash.update(zeros.subarray(0, length));
      else {
        readMap(map, extent.offset + done, buffer.subarray(0, length));
        hash.update(buffer.subarray(0, length));
      }
    }
  }
  return hash.digest('hex');
}

/** sha256 over `offset:` and bytes of each MiB that is not all zero: for disks whose zeros would take too long. */
export function sha256OfPieces(map: AddressMap): string {
  const hash = createHash('sha256');
  const zeros = Buffer.alloc(MIB);
  const pieces = new Set<number>();
  for (const extent of extentsOf(map)) {
    if (extent.kind === 'zero') continue;
    const last = Math.floor((extent.offset + extent.length - 1) / MIB);
    for (let piece = Math.floor(extent.offset / MIB); piece <= last; piece++) pieces.add(piece);
  }
  for (const piece of pieces) {
    const bytes = readBytes(map, piece * MIB, MIB);
    if (zeros.subarray(0, bytes.length).equals(bytes)) continue;
    hash.update(`${piece * MIB}:`);
    hash.update(bytes);
  }
  return hash.digest('hex');
}

/** The StorageError that this throws; fails the test when it throws nothing or something else. */
export function errorOf(action: () => unknown): StorageError {
  try {
    action();
  } catch (error) {
    if (!StorageError.is(error)) throw error;
    return error;
  }
  return expect.fail('no error was thrown');
}

export function codesOf(findings: Iterable<{ readonly code: string }>): string[] {
  return [...findings].map((finding) => finding.code);
}

/** `Z`, `C` and `D@offset` with lengths in KiB: the shape of a range in one line. */
export function shapeOf(map: AddressMap, offset = 0, length = map.size - offset): string {
  return [...extentsOf(map, offset, length)]
    .map((extent) => {
      const size = extent.length / 1024;
      if (extent.kind === 'zero') return `Z${size}`;
      if (extent.kind === 'computed') return `C${size}`;
      return `${extent.file.name}@${extent.fileOffset / 1024}+${size}`;
    })
    .join(' ');
}

/** Bytes that are to be equal; says where they first differ instead of printing a MiB. */
export function expectSame(actual: Uint8Array, expected: Uint8Array, what = 'bytes'): void {
  if (Buffer.from(actual.buffer, actual.byteOffset, actual.length).equals(expected)) return;
  const at = actual.findIndex((byte, i) => byte !== expected[i]);
  expect.fail(
    `${what}: ${actual.length} of ${expected.length} bytes, first difference at ${at}: ${actual[at]} for ${expected[at]}`,
  );
}
