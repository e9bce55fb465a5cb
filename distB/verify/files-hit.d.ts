/** The files of a disk's volumes that own bytes of given ranges of the disk. */
import type { DiskImage } from '../disk/disk-image.ts';
import type { ByteFile } from '../io/byte-file.ts';
import type { FileHit } from './damage-log.ts';
/** `ranges`: ascending, without overlap. Each file and part is told once, at most HITS_MAX of them. */
export declare function filesIn(disk: DiskImage, file: ByteFile, name: string, ranges: readonly Range[]): FileHit[];
type Range = {
    readonly offset: number;
    readonly length: number;
};
export {};
