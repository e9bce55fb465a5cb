/**
 * What changed in the streams of a file between two states of its volume, told from where they are stored. A cluster
 * that both states hold at one place has changed where the volume has; one that was stored anew may have.
 *
 * 1. Never too little: bytes that differ lie in a range that is told. Never more than is known, except `possible` ones.
 * 2. Bytes past the valid length and holes are zeros, whatever lies in the clusters.
 * 3. Compressed content is told in whole compression units; that of the overlay filter as a whole.
 */
import type { ChangedBytes, ContentRange } from '../filesystem/file-system.ts';
import type { FileAttributes } from './file-attributes.ts';
import type { VolumeFiles } from './volume-files.ts';
/** A file in one of the two states of the volume. */
export type FileState = {
    readonly files: VolumeFiles;
    readonly file: FileAttributes;
};
/** Changed ranges of all streams of a file that both states have. */
export declare function contentChanges(before: FileState, after: FileState, bytes: ChangedBytes): ContentRange[];
