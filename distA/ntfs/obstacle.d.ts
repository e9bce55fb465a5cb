/**
 * Why the content of a file is not in this volume, or not readable without a key. Such files have a $DATA of the right
 * size without clusters: reading it would give zeros, which is the one answer that must not be given.
 */
import { type StorageError } from '../errors.ts';
import { type Attribute } from './attribute.ts';
import type { FileRecord } from './file-record.ts';
import { type ReparsePoint } from './reparse-point.ts';
import type { RunStream } from './run-stream.ts';
import { type VolumeContext } from './volume-context.ts';
type Content = {
    readonly record: FileRecord;
    readonly path: string;
    readonly data: Attribute | null;
    readonly reparse: ReparsePoint | null;
    /** FILE_ATTRIBUTE_* bits. */
    readonly attributes: number;
    /** The clusters of `data`, when it is not resident. */
    readonly openRuns: () => RunStream;
};
/** Why the unnamed stream cannot be read here, or null. */
export declare function findContentObstacle(context: VolumeContext, content: Content): StorageError | null;
/** Why the bytes of this stream cannot be had, or null. */
export declare function findStreamObstacle(context: VolumeContext, data: Attribute, path: string): StorageError | null;
export {};
