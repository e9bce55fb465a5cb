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
import type { FileSystem } from '../filesystem/file-system.ts';
import type { Point } from './storage-pool.ts';
export type CaptureTime = {
    /** Unix milliseconds. */
    readonly ms: number;
    readonly source: 'sidecar' | 'checkpoint file' | 'root of the volume' | 'modification time of disk0.vhdx' | 'modification time of the folder';
};
/** `isFinal`: the same will be found out as long as the disk's file stays as it is. */
export type Captured = {
    readonly time: CaptureTime;
    readonly isFinal: boolean;
};
export declare function capturedAt(point: Point): Promise<Captured>;
export declare function timeOfRoot(fileSystem: FileSystem): CaptureTime | null;
