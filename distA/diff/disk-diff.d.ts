/**
 * What differs between two disks: any two address maps, of whatever format, chain or place.
 *
 * The cheapest proof is tried first (see DiffMethod): where both disks live at one place of one file they are equal
 * without being read, so two points of a chain, or two clones, are compared at the speed of their metadata. Bytes are
 * read only where nothing else decided.
 *
 * Invariants:
 * 1. The ranges told, and only they, hold every byte that differs; they are ascending and do not touch when alike.
 * 2. What cannot be read is told as `unreadable`, never as equal or changed.
 * 3. A smaller disk counts as if zeros followed its end; the sizes are told.
 * 4. Memory is bounded whatever the size and the fragmentation of the disks.
 */
import type { RangeList } from '../base/range-list.ts';
import type { HostFiles } from '../io/host-files.ts';
import type { AddressMap } from '../map/address-map.ts';
import { type DiffMethod, type DiffRange } from './diff-ranges.ts';
export type DiffOptions = {
    /** What the platform knows of holes and shared extents; without it, more is read. */
    readonly host?: HostFiles | undefined;
    /** Read nothing: what lives in different places is told as `possible`. */
    readonly mapOnly?: boolean | undefined;
    /** What is known of the two states beforehand; see `knownDifferences`. */
    readonly known?: KnownDifferences | undefined;
    readonly threads?: 1 | 2 | undefined;
    /** Receives the ranges in order. */
    readonly onRange?: ((range: DiffRange) => void) | undefined;
    readonly signal?: AbortSignal | undefined;
    /** Bytes of the disk that are decided. */
    readonly onProgress?: ((done: number, total: number) => void) | undefined;
};
export type DiffSummary = {
    /** Bytes of the two disks. */
    readonly sizes: readonly [before: number, after: number];
    /** Differences are told to this many bytes. */
    readonly precision: number;
    /** Bytes found equal, by what told so. */
    readonly equal: Readonly<Record<DiffMethod, number>>;
    readonly changed: DiffCount;
    readonly possible: DiffCount;
    readonly unreadable: DiffCount;
    /** Bytes read from both disks. */
    readonly readBytes: number;
};
/** Bytes outside of these ranges are equal, by what that is known from. */
export type KnownDifferences = {
    readonly method: 'changes' | 'fingerprints';
    readonly ranges: RangeList;
};
export type DiffCount = {
    readonly ranges: number;
    readonly bytes: number;
};
export declare function diffDisks(before: AddressMap, after: AddressMap, options?: DiffOptions): Promise<DiffSummary>;
