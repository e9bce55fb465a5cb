/** What a picture of a diff is made of: the disk in equal cells, and how much of each is stored and has changed. */
import type { Image } from '../image/image.ts';
import { Volume } from '../image/volume.ts';
import type { AddressMap } from '../map/address-map.ts';
import type { DiffRange, DiffState } from './diff-ranges.ts';
import type { DiffSummary } from './disk-diff.ts';
import type { VolumeFileChange } from './file-diff.ts';
/** Rows and columns of cells. */
export declare const ROWS = 32;
export declare const COLUMNS = 64;
export type PictureFile = {
    readonly path: string;
    readonly kind: VolumeFileChange['kind'];
    readonly bytes: number;
};
export type Picture = {
    readonly names: readonly [before: string, after: string];
    readonly size: number;
    /** Bytes of the disk in one cell. */
    readonly cellSize: number;
    readonly partitions: readonly {
        readonly label: string;
        readonly offset: number;
        readonly length: number;
    }[];
    /** Bytes of each cell that the later disk stores, and that differ. */
    readonly stored: Float64Array;
    readonly differing: Readonly<Record<DiffState, Float64Array>>;
    readonly summary: DiffSummary;
    /** Files by what became of them; null when they were not looked at. */
    readonly counts: Readonly<Record<VolumeFileChange['kind'], number>> | null;
    /** Those that changed most. */
    readonly files: readonly PictureFile[];
};
/** A disk or a volume, and what of it is marked. */
export type PictureSide = {
    readonly name: string;
    readonly map: AddressMap;
    readonly parts: Picture['partitions'];
};
/** A disk with its volumes, or a volume alone. */
export declare function pictureSide(source: Image | Volume): PictureSide;
/** Takes in a diff while it runs. */
export declare class PictureBuilder {
    #private;
    constructor(before: PictureSide, after: PictureSide);
    readonly takeRange: ({ offset, length, state }: DiffRange) => void;
    readonly takeFile: ({ path, kind, directory, ranges, sizeAfter, sizeBefore }: VolumeFileChange) => void;
    finish(summary: DiffSummary, counts: Picture['counts']): Picture;
}
