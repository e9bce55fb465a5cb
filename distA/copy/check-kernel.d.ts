/** What a thread does with items of a CheckBatch: read a run of blocks into page-aligned memory, compare fingerprints. */
import { type Fingerprinter } from '../sidecar/fingerprint.ts';
import { type SharedCheck } from './check-batch.ts';
import { type ReadItem } from './item-kernel.ts';
export type Sha256 = (bytes: Uint8Array) => Uint8Array;
export type Judge = {
    readonly fingerprint: Fingerprinter;
    readonly sha256: Sha256 | null;
};
/** Leaves a verdict for each block of the item. Where reading all of it fails, each block is read alone. */
export declare function judgeItem(check: SharedCheck, item: number, judge: Judge, read: ReadItem): void;
