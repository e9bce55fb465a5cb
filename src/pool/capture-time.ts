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
  const inside = point.locator === null || costly ? NOT_LOOKED : await timeInside(point);
  const { isFinal } = inside;
  if (inside.time !== null) return { time: inside.time, isFinal };
  if (point.diskModifiedMs === 0) {
    return { time: { ms: point.folderModifiedMs, source: 'modification time of the folder' }, isFinal: false };
  }
  return { time: { ms: point.diskModifiedMs, source: 'modification time of disk0.vhdx' }, isFinal };
}

type Inside = { readonly time: CaptureTime | null; readonly isFinal: boolean };
const NOT_LOOKED: Inside = { time: null, isFinal: false };

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
async function timeInside(point: Point): Promise<Inside> {
  try {
    await using image = await point.open();
    const readable = image.listVolumes().filter((volume) => volume.isNtfs);
    const fileSystem = readable.length === 1 ? readable[0]!.openFileSystem() : null;
    // What a differencing disk holds depends on other files too.
    return { time: fileSystem === null ? null : timeOfRoot(fileSystem), isFinal: image.disk.parent === null };
  } catch (error) {
    if (StorageError.isDamage(error)) return NOT_LOOKED; // the next try may go better
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
