/** What a comparison says, and the joining of what it says bit by bit. */
import type { StorageError, StorageErrorJson } from '../errors.ts';
/**
 * What decided about bytes, cheapest first:
 *
 * - `identity`: both disks have them at one place of one file, or store nothing there.
 * - `changes`: the change maps that the engine keeps of its states do not name them.
 * - `fingerprints`: the blocks they are in have one fingerprint (128 bits) in the sidecars of both states.
 * - `extents`: the file system stores them once for both files, or has a hole in both.
 * - `bytes`: they were read.
 */
export declare const METHODS: readonly ["identity", "changes", "fingerprints", "extents", "bytes"];
export type DiffMethod = (typeof METHODS)[number];
/**
 * `changed`: the bytes differ (to a sector). `possible`: they live in different places and were not read, as asked.
 * `unreadable`: one side could not be read, so nobody knows.
 */
export type DiffState = 'changed' | 'possible' | 'unreadable';
/** Bytes of the disk: whole sectors, where both disks store whole sectors. */
export type DiffRange = {
    readonly offset: number;
    readonly length: number;
    readonly state: DiffState;
    /** Why it is unreadable. */
    readonly error?: StorageErrorJson;
};
/** Ranges as they are found, ascending; joined with what they touch, handed on when they are complete. */
export declare class RangeJoiner {
    #private;
    readonly counts: Record<DiffState, {
        ranges: number;
        bytes: number;
    }>;
    constructor(take: (range: DiffRange) => void);
    add(offset: number, length: number, state: DiffState, error?: StorageError): void;
    flush(): void;
}
