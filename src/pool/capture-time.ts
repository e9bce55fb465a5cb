/**
 * When a point's data was captured. No documented structure of DPM's says it, so the evidence is ranked and named:
 *
 * 1. the sidecar that pitvault keeps of its own points, found by the DataWriteGuid of the disk;
 * 2. the `{GUID}checkpoint` file in the volume's root, which DPM rewrites with each backup;
 * 3. the newest change to an entry of the volume's root;
 * 4. the modification time of disk0.vhdx (a copy tool may have changed it);
 * 5. the modification time of the folder.
 *
 * The first three survive any copying of the pool.
 */

import { dirname } from 'node:path';
import { StorageError } from '../errors.ts';
import type { FileSystem } from '../filesystem/file-system.ts';
import type { Image } from '../image/image.ts';
import { DiskFile } from '../io/disk-file.ts';
import { FileMap } from '../map/maps.ts';
import { readSidecarHeader } from '../sidecar/sidecar-files.ts';
import { readDataWriteGuid } from '../vhdx/vhdx-file.ts';
import { CHECKPOINT_NAME } from './layout.ts';
import type { Point } from './storage-pool.ts';

export type CaptureTime = {
  /** Unix milliseconds. */
  readonly ms: number;
  readonly source:
    | 'sidecar'
    | 'checkpoint file'
    | 'root of the volume'
    | 'modification time of disk0.vhdx'
    | 'modification time of the folder';
};

/** A compressed member above this is not unpacked only to learn its time; the archive's own time for it stands. */
const UNPACK_MAX = 256 * 1024 * 1024;

/** `isFinal`: the same will be found out as long as the disk's file stays as it is. */
export type Captured = { readonly time: CaptureTime; readonly isFinal: boolean };

export async function capturedAt(point: Point): Promise<Captured> {
  const kept = timeInSidecar(point);
  if (kept !== null) return { time: kept, isFinal: false };
  const costly = point.packed && point.size > UNPACK_MAX;
  const inside = point.locator === null || costly ? null : await timeInside(point);
  if (inside !== null) return inside;
  const time: CaptureTime =
    point.diskModifiedMs > 0
      ? { ms: point.diskModifiedMs, source: 'modification time of disk0.vhdx' }
      : { ms: point.folderModifiedMs, source: 'modification time of the folder' };
  return { time, isFinal: false }; // nothing inside was found, or could be read just now
}

/** Of a point on a file system of this host, in a container to which pitvault has added its own folder. */
function timeInSidecar({ locator, folder, isKept }: Point): CaptureTime | null {
  if (locator === null || !isKept) return null;
  const container = dirname(folder);
  try {
    const disk = new DiskFile(locator);
    try {
      const guid = readDataWriteGuid(new FileMap(disk));
      const facts = guid === null ? null : readSidecarHeader(HOST, container, guid);
      return facts === null ? null : { ms: facts.capturedMs, source: 'sidecar' };
    } finally {
      disk.close();
    }
  } catch (error) {
    if (StorageError.isDamage(error)) return null; // the other evidence stands in
    throw error;
  }
}

const HOST = { open: (path: string) => new DiskFile(path) };

/** A damaged or foreign image has no time inside; the host's times stand in, and reading the point says what is wrong. */
async function timeInside(point: Point): Promise<Captured | null> {
  try {
    await using image = await point.open();
    const readable = image.listVolumes().filter((volume) => volume.isNtfs);
    const fileSystem = readable.length === 1 ? readable[0]!.openFileSystem() : null;
    const time = fileSystem === null ? null : timeOfRoot(fileSystem);
    return time === null ? null : { time, isFinal: isWhole(image, fileSystem!) };
  } catch (error) {
    if (StorageError.isDamage(error)) return null;
    throw error;
  }
}

/** True when what was read depends on this file alone, and nothing was met on the way that may be otherwise next time. */
function isWhole(image: Image, fileSystem: FileSystem): boolean {
  if (image.disk.parent !== null || image.listVolumes().some(({ dynamic }) => dynamic !== null)) return false;
  const told = [...image.disk.findings, ...image.partitionTable.findings, ...fileSystem.findings];
  return told.every(({ severity }) => severity === 'info');
}

export function timeOfRoot(fileSystem: FileSystem): CaptureTime | null {
  const root = fileSystem.lookup('/');
  if (root === null) return null;
  let newest = root.modifiedMs;
  for (const entry of fileSystem.list(root)) {
    if (CHECKPOINT_NAME.test(entry.name)) return { ms: entry.modifiedMs, source: 'checkpoint file' };
    newest = Math.max(newest, entry.modifiedMs);
  }
  return newest > 0 ? { ms: newest, source: 'root of the volume' } : null;
}
