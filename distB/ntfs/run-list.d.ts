/**
 * Run lists: which clusters hold which part of a stream. On disk they are packed pairs of a length and a signed
 * distance from the previous run; here they are two flat arrays of numbers, 16 bytes a run, searched by bisection.
 *
 * Invariants:
 * 1. Runs cover the clusters 0 to `end` without gap or overlap, whatever the bytes were.
 * 2. What could not be decoded is a damaged run: it has an error instead of a place, and the runs around it stay usable.
 * 3. A run with a place lies inside the volume. At most RUNS_MAX runs (64 MiB) are held.
 */
import { type StorageError } from '../errors.ts';
import { type Attribute } from './attribute.ts';
import { type VolumeContext } from './volume-context.ts';
/** A run without clusters: zeros. */
export declare const HOLE = -1;
export declare class RunList {
    #private;
    get count(): number;
    /** Clusters covered. */
    get end(): number;
    /** Clusters that have a place in the volume. */
    get placedClusters(): number;
    get hasHoles(): boolean;
    /** What could not be decoded. */
    get errors(): readonly StorageError[];
    /** Appends `length` clusters at `lcn` (or HOLE), joining a run that they continue. */
    append(lcn: number, length: number): void;
    /** Appends clusters that cannot be had. */
    appendDamage(error: StorageError, length: number): void;
    /** Index of the run that covers this cluster (`0 <= vcn < end`). */
    indexOf(vcn: number): number;
    startOf(index: number): number;
    endOf(index: number): number;
    lengthOf(index: number): number;
    /** First cluster in the volume, HOLE, or less for a damaged run. */
    lcnOf(index: number): number;
    /** The error of a damaged run, else null. */
    errorOf(index: number): StorageError | null;
}
/**
 * Decodes a piece behind those already in `runs`. A gap before it is damage, with `gapError` where it is known why; a
 * piece that starts inside the one before is left out.
 */
export declare function appendPiece(context: VolumeContext, piece: Attribute, runs: RunList, gapError: StorageError | null): void;
/** The runs of a whole attribute from its pieces in order of startVcn. */
export declare function runsOf(context: VolumeContext, pieces: readonly Attribute[], gapError: StorageError | null): RunList;
