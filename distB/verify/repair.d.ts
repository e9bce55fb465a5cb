/**
 * Puts good bytes in the place of damaged ones, taken from wherever they are: any state of another pool, or of the same
 * one, or an image.
 *
 * 1. A block counts as good only when its fingerprint is the one that the damaged block should have.
 * 2. Only sectors that differ are written, to where the damaged state reads them from: nothing that any state reads as
 *    good is touched. Cut in its middle, a repair leaves a damaged block, which is repaired again.
 * 3. After a repair the block is read once more through the state's disk.
 */
import { type StorageErrorJson } from '../errors.ts';
import type { FileStore } from '../io/file-store.ts';
import { Container } from '../replica/container.ts';
import { type Fingerprinter } from '../sidecar/fingerprint.ts';
import type { DamagedBlock } from './damage-log.ts';
/** A run of sectors that was overwritten. */
export type Overwritten = {
    readonly file: string;
    readonly fileOffset: number;
    readonly length: number;
    /** The damaged bytes, hexadecimal, at most the first 64; null where they could not be read. */
    readonly was: string | null;
};
export type RepairedBlock = {
    readonly point: string;
    readonly offset: number;
    readonly length: number;
    /** Where the good bytes came from. */
    readonly from: string;
    readonly overwritten: readonly Overwritten[];
};
export type MendReport = {
    readonly repaired: readonly RepairedBlock[];
    readonly left: readonly {
        readonly point: string;
        readonly offset: number;
        readonly length: number;
        readonly error: StorageErrorJson;
    }[];
};
export type RepairOptions = {
    readonly store: FileStore;
    readonly fingerprint: Fingerprinter;
    readonly signal?: AbortSignal | undefined;
};
/** `container`: of the damaged states, open for writing: its lock is held. `other`: a pool's root, or an image. */
export declare function repairFrom(container: Container, damage: readonly DamagedBlock[], other: string, options: RepairOptions): Promise<MendReport>;
/** Throws when there is nothing at `other` to repair from: what takes long does not begin then. */
export declare function requireSource(other: string, signal?: AbortSignal): Promise<void>;
