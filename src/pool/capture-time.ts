/**
 * When a point's data was captured. No documented structure says it, so the evidence is ranked and named:
 *
 * 1. the `{GUID}checkpoint` file in the volume's root, which DPM rewrites with each backup;
 * 2. the newest change to an entry of the volume's root;
 * 3. the modification time of disk0.vhdx (a copy tool may have changed it);
 * 4. the modification time of the folder.
 *
 * The first two come out of the image, so they survive any copying of the pool.
 */

import { StorageError } from '../errors.ts';
import type { FileSystem } from '../filesystem/file-system.ts';
import { CHECKPOINT_NAME } from './layout.ts';
import type { Point } from './storage-pool.ts';

export type CaptureTime = {
  /** Unix milliseconds. */
  readonly ms: number;
  readonly source:
    | 'checkpoint file'
    | 'root of the volume'
    | 'modification time of disk0.vhdx'
    | 'modification time of the folder';
};

/** A compressed member above this is not unpacked only to learn its time; the archive's own time for it stands. */
const UNPACK_MAX = 256 * 1024 * 1024;

export async function capturedAt(point: Point): Promise<CaptureTime> {
  const costly = point.packed && point.size > UNPACK_MAX;
  const inside = point.locator === null || costly ? null : await timeInside(point);
  if (inside !== null) return inside;
  if (point.diskModifiedMs > 0) return { ms: point.diskModifiedMs, source: 'modification time of disk0.vhdx' };
  return { ms: point.folderModifiedMs, source: 'modification time of the folder' };
}

/** A damaged or foreign image has no time inside; the host's times stand in, and reading the point says what is wrong. */
async function timeInside(point: Point): Promise<CaptureTime | null> {
  try {
    await using image = await point.open();
    const readable = image.listVolumes().filter((volume) => volume.identity.kind === 'ntfs');
    const fileSystem = readable.length === 1 ? readable[0]!.openFileSystem() : null;
    return fileSystem === null ? null : timeOfRoot(fileSystem);
  } catch (error) {
    if (StorageError.isDamage(error)) return null;
    throw error;
  }
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
