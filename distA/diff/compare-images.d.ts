/** A diff of two open images, or of two of their volumes, in one pass, with everything that can be made of it on the way. */
import type { Image } from '../image/image.ts';
import type { Volume } from '../image/volume.ts';
import { type DiffOptions, type DiffSummary } from './disk-diff.ts';
import { type VolumeFileChange } from './file-diff.ts';
export type CompareOptions = DiffOptions & {
    /** Receives what became of the files of the volumes; without it they are not looked at. */
    readonly onFile?: ((change: VolumeFileChange) => void) | undefined;
    /** Writes the changes as a differencing VHDX on the first image: this file, which must not exist. */
    readonly out?: string | undefined;
    /** Compares these volumes, each of its image, or a shadow copy of one, instead of the whole disks. */
    readonly volumes?: {
        readonly before: Volume;
        readonly after: Volume;
    } | undefined;
    /** Draws the disk and what changed on it: this file, which must not exist. */
    readonly svg?: string | undefined;
};
export type Comparison = DiffSummary & {
    /** Files by what became of them; null when they were not looked at. */
    readonly files: Readonly<Record<VolumeFileChange['kind'], number>> | null;
    /** The child that was written. */
    readonly out: {
        readonly path: string;
        readonly writtenBytes: number;
    } | null;
};
export declare function compareImages(before: Image, after: Image, options?: CompareOptions): Promise<Comparison>;
