/**
 * Express full: makes the next state equal to a source by moving only what differs.
 *
 * - With a change list only the blocks that it names are looked at: see BlockApplier.applyRanges.
 * - Without one every block of the source that holds data is compared with the fingerprint of that block in the present
 *   state, in two threads when there is enough to do; blocks that both sides know to be zero are not even read.
 * - A consistency check reads the present state too, and compares bytes.
 */
import type { AddressMap } from '../map/address-map.ts';
import type { NextState } from '../replica/next-state.ts';
import { ChangeMap } from '../sidecar/change-map.ts';
import type { Fingerprinter } from '../sidecar/fingerprint.ts';
import type { SealDigests } from '../sidecar/seal.ts';
import type { Sidecar } from '../sidecar/sidecar.ts';
import { type ApplyCounts } from './block-applier.ts';
export type ExpressFullOptions = {
    readonly source: AddressMap;
    readonly next: NextState;
    /** The disk that the next state starts as, and its fingerprints; null: an empty one. */
    readonly present: {
        readonly disk: AddressMap;
        readonly sidecar: Sidecar | null;
    } | null;
    /** `next` holds what an interrupted first backup had written. */
    readonly resumes?: boolean | undefined;
    readonly fingerprint: Fingerprinter;
    readonly changes?: ChangeMap | undefined;
    /** Compare bytes, whatever the fingerprints say. */
    readonly verify?: boolean | undefined;
    /** Takes the SHA-256 of each block of the next state. */
    readonly digests?: SealDigests | null | undefined;
    readonly threads?: 1 | 2 | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onBytes?: ((done: number) => void) | undefined;
};
export type ExpressFullOutcome = ApplyCounts & {
    readonly changes: ChangeMap;
    /** Bytes of the source that were looked at. */
    scannedBytes: number;
};
export declare function applySource(options: ExpressFullOptions): Promise<ExpressFullOutcome>;
/** Copies what the present state holds into an empty disk: a new base. */
export declare function copyDisk(from: AddressMap, next: NextState, options: Pick<ExpressFullOptions, 'signal' | 'onBytes'>): Promise<void>;
