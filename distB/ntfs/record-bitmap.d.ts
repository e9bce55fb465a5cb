/**
 * The bitmap of the $MFT: which file records are in use. It is asked about records that cannot tell by themselves, because
 * they are empty or cannot be read: a copy tool writes zeros where a disk refused to be read, and a file was there.
 */
import type { VolumeFiles } from './volume-files.ts';
export declare class RecordBitmap {
    #private;
    constructor(files: VolumeFiles);
    /** Whether the record is in use; null where that is not known. */
    isUsed(number: number): boolean | null;
}
