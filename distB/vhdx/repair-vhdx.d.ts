/**
 * Puts a VHDX in order that can be read all the same: its dirty log is replayed into it, a header or region table that
 * is not valid is written anew from the other copy. Nothing that the guest sees changes, so children stay valid.
 *
 * Flush points, behind those of the replay (R1 to R4):
 *
 * Q1  the header that is not current, or not valid, with a new FileWriteGuid: the other one still counts
 * Q2  the other header and the region table that is not used: a torn one is as bad as it was
 */
import type { WritableFile } from '../io/file-store.ts';
import { FileMap } from '../map/maps.ts';
/** What is, or was, to be done, and why, as a sentence. */
export type RepairAction = {
    readonly kind: 'replay-log' | 'rewrite-header' | 'rewrite-region-table';
    /** File offset of the structure. */
    readonly offset: number;
    readonly reason: string;
};
export type RepairOptions = {
    readonly name?: string | undefined;
    readonly newGuid?: (() => string) | undefined;
};
/** What `repairVhdx` would do. Reads only. Throws what opening throws for a file that cannot be read. */
export declare function planRepair(file: Pick<WritableFile, 'name'> & ConstructorParameters<typeof FileMap>[0], name?: string): RepairAction[];
/** Repairs the file, which must be open for writing; owns it. Returns what was done. */
export declare function repairVhdx(file: WritableFile, options?: RepairOptions): RepairAction[];
