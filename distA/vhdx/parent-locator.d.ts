/**
 * The parent locator (MS-VHDX 2.6.2.6): pairs of text that name the parent of a differencing disk.
 *
 * 1. A pair that is damaged (out of the item, odd length, a NUL inside) is left out and told; the others still count. NULs
 *    at the end are a writer's terminator that should not be there, and no part of the text.
 * 2. Keys are matched case by case. The first of two equal keys counts.
 * 3. Nothing here touches a file: paths are returned as stored.
 */
import { type Finding } from '../errors.ts';
import type { MetadataTable } from './metadata-table.ts';
export type ParentLocator = {
    /** All pairs, first of equal keys only. */
    readonly pairs: ReadonlyMap<string, string>;
    readonly candidates: readonly {
        readonly key: string;
        readonly path: string;
    }[];
    /** DataWriteGuids of which the parent must carry one; empty when the locator names none. */
    readonly identities: readonly string[];
};
/** Reads the locator. Throws corrupt when it is missing or its table is broken, unsupported for another type. */
export declare function readParentLocator(table: MetadataTable, findings: Finding[]): ParentLocator;
