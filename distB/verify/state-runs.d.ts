/**
 * Which blocks of a state have to be read to know all of it, when the state before it has been read already.
 *
 * A block may be left out only when its bytes are the same storage as before (the same place of the same file, or blocks
 * that the file system says are shared) and its fingerprint is the same as before. Everything else is read.
 */
import type { BlockRun } from '../copy/block-checker.ts';
import type { AddressMap } from '../map/address-map.ts';
import type { ChangedRange } from '../retention/usage.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { type FileExtents } from './placed-ranges.ts';
export type Range = {
    readonly offset: number;
    readonly length: number;
};
/**
 * Everything that is stored, or has to be: blocks of zeros that occupy nothing are known without reading. `extents`: of
 * the file of a disk that stands alone, when they are known: what lies in holes of the file is stored nowhere either.
 */
export declare function wholeRuns(map: AddressMap, sidecar: Sidecar, extents: FileExtents | null): Generator<BlockRun>;
/** The blocks that any of these ranges touch, each once, ascending. Each list ascends. */
export declare function blockRuns(blockSize: number, ...lists: readonly Iterable<Range | ChangedRange>[]): Generator<BlockRun>;
