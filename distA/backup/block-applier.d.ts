/**
 * Brings blocks of a source into the next state: what differs is written, what has become zero is trimmed, and the
 * sidecar keeps up. Blocks come in ascending order.
 *
 * 1. What is written and what is fingerprinted are the same bytes in memory, read once: a source that changes meanwhile
 *    cannot make the two disagree.
 * 2. Within a block that differs, the present state is read and compared in pieces of 4 KiB: a change of 4 KiB costs
 *    the pool 4 KiB. Of blocks that do not differ it is never read.
 * 3. Zeros are trimmed, not written, and neighbouring zeros are trimmed together, so whole blocks of the disk give
 *    their space back.
 */
import type { AddressMap } from '../map/address-map.ts';
import type { NextState } from '../replica/next-state.ts';
import { ChangeMap, type Range } from '../sidecar/change-map.ts';
import { type Fingerprinter } from '../sidecar/fingerprint.ts';
import type { SealDigests } from '../sidecar/seal.ts';
/** Blocks are read and written together up to this. */
export declare const WINDOW: number;
export type ApplyCounts = {
    readBytes: number;
    writtenBytes: number;
    zeroBytes: number;
    damagedBlocks: number;
    /** Data that an interrupted run had written already. */
    keptBytes: number;
};
export type ApplierParts = {
    readonly source: AddressMap;
    readonly next: NextState;
    /** The disk that the next state starts as; null: zeros. */
    readonly present: AddressMap | null;
    readonly fingerprint: Fingerprinter;
    /** Told of every block that is read from the source. */
    readonly digests: SealDigests | null;
};
export declare class BlockApplier {
    #private;
    readonly changes: ChangeMap;
    readonly counts: ApplyCounts;
    constructor({ source, next, present, fingerprint, digests }: ApplierParts);
    /** The block is applied soon: what the present state holds there is fetched while others are. */
    announce(block: number): void;
    /** The same of a window of whole blocks: of the present state what these ranges have a part of a block of. */
    announceRanges(ranges: ChangeMap, { offset, length }: Range): void;
    /** Whole blocks from `block` on, at most WINDOW bytes: whatever differs in them from the present state. */
    apply(block: number, count: number): void;
    /**
     * The same, reading the present state even where the fingerprints are equal: it may not be what they say. `counts`:
     * blocks that are not count as damaged.
     */
    verify(block: number, count: number, counts: boolean): void;
    /**
     * Over what an interrupted run has left, which is the present state here: what differs from it is written, and all that
     * is not zero has changed, since the state before it is none.
     */
    resume(block: number, count: number): void;
    /**
     * Ranges that are said to have changed, written as told. Their blocks are fingerprinted whole, as they are in the
     * source: where a block differs beside the ranges too, that is written as well.
     */
    applyRanges(ranges: ChangeMap, window: Range): void;
    /** Writes what still waits. */
    finish(): ChangeMap;
}
