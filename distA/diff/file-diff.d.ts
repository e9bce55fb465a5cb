/** What became of the files of two disks: their volumes in pairs, and what differs in each. */
import type { ChangedBytes, FileChange } from '../filesystem/file-system.ts';
import type { Image } from '../image/image.ts';
import type { Volume } from '../image/volume.ts';
import type { DiffRange } from './diff-ranges.ts';
import { type DiffOptions } from './disk-diff.ts';
/** A volume that both disks have, or one of them has. */
export type VolumePair = {
    readonly before: Volume | null;
    readonly after: Volume | null;
};
export type VolumeFileChange = FileChange & {
    /** Number of the partition on the later disk. */
    readonly volume: number;
};
/** Differing bytes, gathered while a diff runs: give `take` to its `onRange`. */
export declare class DifferingBytes {
    readonly bytes: ChangedBytes;
    readonly take: ({ offset, length, state }: DiffRange) => void;
    /** Those of a part of the disk, counted from its start. */
    within(offset: number, length: number): ChangedBytes;
}
/** Volumes with the same partition GUID, or, where there is none, the same place. Those without files are left out. */
export declare function pairVolumes(before: Image, after: Image): VolumePair[];
/**
 * Tells `onFile` what became of the files, volume by volume. `differing`: of the whole disks, as a diff of them told. A
 * volume that was moved, or lies on several disks, is compared anew.
 */
export declare function diffFiles(before: Image, after: Image, differing: DifferingBytes, onFile: (change: VolumeFileChange) => void, options?: DiffOptions): Promise<void>;
/** The same of two volumes, or of one volume at two times. `differing`: of the volumes, as a diff of their maps told. */
export declare function diffVolumeFiles(before: Volume, after: Volume, differing: DifferingBytes, onFile: (change: VolumeFileChange) => void, options?: DiffOptions): Promise<void>;
