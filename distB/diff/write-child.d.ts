/**
 * The changes as a differencing VHDX: A is its parent, B is what it reads as. Built under a temporary name, renamed when
 * it is whole and durable.
 */
import type { DiskImage } from '../disk/disk-image.ts';
import type { DiffRange } from './diff-ranges.ts';
export declare class ChildWriter {
    #private;
    readonly path: string;
    /** Bytes written. */
    written: number;
    /** `parentPath`: of the file that holds `before`. Throws where it cannot be a parent, and when `path` exists. */
    constructor(path: string, before: DiskImage, parentPath: string | null, after: DiskImage);
    /** Takes over what B has in this range. Ranges ascend. */
    readonly take: ({ offset, length }: DiffRange) => void;
    /** Makes the file durable and gives it its name. */
    finish(): void;
    /** Leaves nothing behind. */
    abandon(): void;
}
